import { LIMITS } from "@sello/api/limits";
import { Button } from "@sello/ui/button";
import { TextField } from "@sello/ui/field";
import { useLimits } from "@sello/ui/limits";
import { PasswordField } from "@sello/ui/password";
import { useState, type SubmitEvent } from "react";
import { Link } from "react-router";

import { $api } from "../api";
import { useTexts } from "../texts";
import { CheckMail } from "./check-mail";
import { Door } from "./door";
import { FormProblem } from "./form-problem";
import { texts } from "./texts";

const { RegistrationBody: TAKES } = LIMITS;
const EMPTY = { name: "", business_name: "", email: "", password: "" };

/** A person and their shop; what follows comes by mail. */
export function RegisterPage() {
  const { register: t, problems } = useTexts(texts);
  const registration = $api.useMutation("post", "/api/v1/auth/registrations");
  const [body, setBody] = useState(EMPTY);
  const [missing, setMissing] = useState<Partial<typeof EMPTY>>({});
  const wrong = useLimits();
  const field = (name: keyof typeof EMPTY) => ({
    value: body[name],
    onChange: (event: { target: { value: string } }) => setBody({ ...body, [name]: event.target.value }),
    error: missing[name],
  });

  if (registration.isSuccess) return <CheckMail email={body.email} kind="sent" onAgain={() => registration.reset()} />;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const lacks: Partial<typeof EMPTY> = {};
    for (const name of ["name", "business_name"] as const) {
      const problem = wrong(TAKES[name], body[name], { needed: true });
      if (problem) lacks[name] = problem;
    }
    if (!body.email.includes("@")) lacks.email = problems.email;
    if (!body.password) lacks.password = problems.empty;
    setMissing(lacks);
    if (Object.keys(lacks).length === 0) registration.mutate({ body });
  };
  return (
    <Door title={t.title} lead={t.lead}>
      <form noValidate onSubmit={submit} className="grid gap-4">
        <FormProblem error={registration.error} />
        <TextField
          label={t.business}
          hint={t.businessHint}
          autoComplete="organization"
          limits={TAKES.business_name}
          {...field("business_name")}
        />
        <TextField label={t.name} autoComplete="name" limits={TAKES.name} {...field("name")} />
        <TextField
          label={t.email}
          hint={t.emailHint}
          type="email"
          autoComplete="username"
          limits={TAKES.email}
          {...field("email")}
        />
        <PasswordField label={t.password} hint={t.passwordHint} autoComplete="new-password" {...field("password")} />
        <Button type="submit" variant="main" wide busy={registration.isPending}>
          {t.submit}
        </Button>
      </form>
      <Link to="/app/entrar" className="inline-flex items-center self-start max-sm:min-h-11">
        {t.have}
      </Link>
    </Door>
  );
}
