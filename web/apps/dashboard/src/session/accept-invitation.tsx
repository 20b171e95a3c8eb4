import { Button, LinkButton } from "@sello/ui/button";
import { TextField } from "@sello/ui/field";
import { PasswordField } from "@sello/ui/password";
import { useState, type SubmitEvent } from "react";
import { Link, useNavigate } from "react-router";

import { $api, refusalOf } from "../api";
import { useTexts } from "../texts";
import { Door } from "./door";
import { FormProblem } from "./form-problem";
import { useLinkToken } from "./link-token";
import { texts } from "./texts";

/** Where an invitation leads. */
export function AcceptInvitationPage() {
  const { accept: t, mail, verify, problems } = useTexts(texts);
  const token = useLinkToken();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [empty, setEmpty] = useState(false);
  const acceptance = $api.useMutation("post", "/api/v1/auth/invitations", {
    onSuccess: (answer) => void navigate("/app/entrar", { state: { accepted: answer.business_name }, replace: true }),
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setEmpty(!password);
    if (password) acceptance.mutate({ body: { token, password, ...(name.trim() ? { name: name.trim() } : {}) } });
  };
  const spent = !token || refusalOf(acceptance.error)?.code === "link_invalid";
  return (
    <Door title={t.title} lead={token ? t.lead : verify.missing}>
      <FormProblem error={acceptance.error} />
      {spent ? (
        <LinkButton asChild>
          <Link to="/app/entrar">{mail.back}</Link>
        </LinkButton>
      ) : (
        <form noValidate onSubmit={submit} className="grid gap-4">
          <TextField
            label={t.name}
            hint={t.nameHint}
            autoComplete="name"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <PasswordField
            label={t.password}
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            error={empty ? problems.empty : undefined}
          />
          <Button type="submit" variant="main" wide busy={acceptance.isPending}>
            {t.submit}
          </Button>
        </form>
      )}
    </Door>
  );
}
