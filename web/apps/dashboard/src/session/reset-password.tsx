import { Button, LinkButton } from "@sello/ui/button";
import { PasswordField } from "@sello/ui/password";
import { useState, type SubmitEvent } from "react";
import { Link, useNavigate } from "react-router";

import { $api, refusalOf } from "../api";
import { useTexts } from "../texts";
import { Door } from "./door";
import { FormProblem } from "./form-problem";
import { useLinkToken } from "./link-token";
import { texts } from "./texts";

/** Where the mail for a forgotten password leads. */
export function ResetPasswordPage() {
  const { reset: t, register, verify, problems } = useTexts(texts);
  const token = useLinkToken();
  const navigate = useNavigate();
  const [password, setPassword] = useState("");
  const [empty, setEmpty] = useState(false);
  const reset = $api.useMutation("put", "/api/v1/auth/password-resets", {
    onSuccess: () => void navigate("/app/entrar", { state: { said: "changed" }, replace: true }),
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setEmpty(!password);
    if (password) reset.mutate({ body: { token, password } });
  };
  const spent = !token || refusalOf(reset.error)?.code === "link_invalid";
  return (
    <Door title={t.title} lead={token ? t.lead : verify.missing}>
      <FormProblem error={reset.error} />
      {spent ? (
        <LinkButton asChild variant="main">
          <Link to="/app/forgot-password">{t.ask}</Link>
        </LinkButton>
      ) : (
        <form noValidate onSubmit={submit} className="grid gap-4">
          <PasswordField
            label={t.password}
            hint={register.passwordHint}
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            error={empty ? problems.empty : undefined}
          />
          <Button type="submit" variant="main" wide busy={reset.isPending}>
            {t.submit}
          </Button>
        </form>
      )}
    </Door>
  );
}
