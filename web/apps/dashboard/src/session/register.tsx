import { Button } from "@sello/ui/button";
import { TextField } from "@sello/ui/field";
import { PasswordField } from "@sello/ui/password";
import { useState, type SubmitEvent } from "react";
import { Link } from "react-router";

import { $api } from "../api";
import { useTexts } from "../texts";
import { CheckMail } from "./check-mail";
import { Door, FormProblem } from "./door";
import { texts } from "./texts";

const EMPTY = { name: "", business_name: "", email: "", password: "" };

/** A person and their shop; what follows comes by mail. */
export function RegisterPage() {
  const { register: t, problems } = useTexts(texts);
  const registration = $api.useMutation("post", "/api/v1/auth/registrations");
  const [body, setBody] = useState(EMPTY);
  const [missing, setMissing] = useState<Partial<typeof EMPTY>>({});
  const field = (name: keyof typeof EMPTY) => ({
    value: body[name],
    onChange: (event: { target: { value: string } }) => setBody({ ...body, [name]: event.target.value }),
    error: missing[name],
  });

  if (registration.isSuccess) return <CheckMail email={body.email} kind="sent" onAgain={() => registration.reset()} />;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const lacks: Partial<typeof EMPTY> = {};
    if (!body.name.trim()) lacks.name = problems.empty;
    if (!body.business_name.trim()) lacks.business_name = problems.empty;
    if (!body.email.includes("@")) lacks.email = problems.email;
    if (!body.password) lacks.password = problems.empty;
    setMissing(lacks);
    if (Object.keys(lacks).length === 0) registration.mutate({ body });
  };
  return (
    <Door title={t.title} lead={t.lead}>
      <form noValidate onSubmit={submit} className="grid gap-4">
        <FormProblem error={registration.error} />
        <TextField label={t.business} hint={t.businessHint} autoComplete="organization" {...field("business_name")} />
        <TextField label={t.name} autoComplete="name" {...field("name")} />
        <TextField label={t.email} hint={t.emailHint} type="email" autoComplete="username" {...field("email")} />
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
