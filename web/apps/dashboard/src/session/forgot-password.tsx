import { Button } from "@sello/ui/button";
import { TextField } from "@sello/ui/field";
import { useState, type SubmitEvent } from "react";
import { Link } from "react-router";

import { $api } from "../api";
import { useTexts } from "../texts";
import { CheckMail } from "./check-mail";
import { Door } from "./door";
import { FormProblem } from "./form-problem";
import { texts } from "./texts";

/** Ask for a link to choose another password. */
export function ForgotPasswordPage() {
  const { forgot: t, door, problems } = useTexts(texts);
  const request = $api.useMutation("post", "/api/v1/auth/password-resets");
  const [email, setEmail] = useState("");
  const [wrong, setWrong] = useState(false);
  if (request.isSuccess) return <CheckMail email={email} kind="reset" onAgain={() => request.reset()} />;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setWrong(!email.includes("@"));
    if (email.includes("@")) request.mutate({ body: { email } });
  };
  return (
    <Door title={t.title} lead={t.lead}>
      <form noValidate onSubmit={submit} className="grid gap-4">
        <FormProblem error={request.error} />
        <TextField
          label={door.email}
          type="email"
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={wrong ? problems.email : undefined}
        />
        <Button type="submit" variant="main" wide busy={request.isPending}>
          {t.submit}
        </Button>
      </form>
      <Link to="/app/entrar" className="inline-flex items-center self-start max-sm:min-h-11">
        {t.back}
      </Link>
    </Door>
  );
}
