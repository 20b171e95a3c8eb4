import { Button } from "@sello/ui/button";
import { TextField } from "@sello/ui/field";
import { Note } from "@sello/ui/note";
import { PasswordField } from "@sello/ui/password";
import { useRef, useState, type SubmitEvent } from "react";
import { Link, useLocation, useNavigate } from "react-router";

import { $api, refusalOf } from "../api";
import { useTexts } from "../texts";
import { Door } from "./door";
import { FormProblem } from "./form-problem";
import { useEntering } from "./entering";
import { texts } from "./texts";

type Arrival = {
  from?: string;
  ended?: boolean;
  why?: string;
  said?: "verified" | "changed";
  accepted?: string;
  email?: string;
};

/** The door: e-mail and password, then the code of the second factor where the account has one. */
export function SignInPage() {
  const t = useTexts(texts);
  const navigate = useNavigate();
  const arrival = (useLocation().state ?? {}) as Arrival;
  const enter = useEntering();
  const logIn = $api.useMutation("post", "/api/v1/auth/login");
  const [email, setEmail] = useState(arrival.email ?? "");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState<string | null>(null);
  const [missing, setMissing] = useState<{ email?: string; password?: string; code?: string }>({});
  const passwordInput = useRef<HTMLInputElement>(null);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const lacks = {
      ...(email.includes("@") ? {} : { email: t.problems.email }),
      ...(password ? {} : { password: t.problems.empty }),
      ...(code === null || /^\d{6}$/.test(code.replaceAll(" ", "")) ? {} : { code: t.problems.code }),
    };
    setMissing(lacks);
    if (Object.keys(lacks).length > 0) return;
    const body = { email, password, ...(code ? { totp_code: code.replaceAll(" ", "") } : {}) };
    logIn.mutate(
      { body },
      {
        onSuccess: (answer) => {
          enter(answer);
          void navigate(arrival.from ?? "/app", { replace: true });
        },
        onError: (error) => {
          const refused = refusalOf(error)?.code;
          if (refused === "second_factor_required") setCode("");
          else if (refused === "credentials_wrong") {
            setPassword("");
            passwordInput.current?.focus();
          }
        },
      },
    );
  };

  const asked = refusalOf(logIn.error)?.code === "second_factor_required";
  return (
    <Door title={code === null ? t.door.title : t.door.codeTitle} lead={code === null ? undefined : t.door.codeLead}>
      <form noValidate onSubmit={submit} className="grid gap-4">
        {arrival.ended && !logIn.error ? <Note role="status">{arrival.why ?? t.door.ended}</Note> : null}
        {arrival.said && !logIn.error ? (
          <Note tone="ok" role="status">
            {t.door[arrival.said]}
          </Note>
        ) : null}
        {arrival.accepted && !logIn.error ? (
          <Note tone="ok" role="status">
            {t.door.accepted(arrival.accepted)}
          </Note>
        ) : null}
        {asked ? null : <FormProblem error={logIn.error} />}
        {code === null ? (
          <>
            <TextField
              label={t.door.email}
              type="email"
              autoComplete="username"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
              error={missing.email}
            />
            <div className="grid gap-1">
              <PasswordField
                ref={passwordInput}
                label={t.door.password}
                autoComplete="current-password"
                value={password}
                onChange={(event) => setPassword(event.target.value)}
                error={missing.password}
              />
              <Link
                to="/app/forgot-password"
                className="inline-flex min-h-8 items-center self-start text-12 max-sm:min-h-11"
              >
                {t.door.forgot}
              </Link>
            </div>
          </>
        ) : (
          <TextField
            label={t.door.code}
            hint={t.door.codeHint}
            autoFocus
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={7}
            value={code}
            onChange={(event) => setCode(event.target.value)}
            error={missing.code}
          />
        )}
        <Button type="submit" variant="main" wide busy={logIn.isPending}>
          {t.door.enter}
        </Button>
        {code === null ? null : (
          <Button variant="quiet" onClick={() => setCode(null)}>
            {t.door.back}
          </Button>
        )}
      </form>
      {code === null ? (
        <p className="text-muted">
          {t.door.registerAsk}{" "}
          <Link to="/app/crear" className="inline-flex items-center text-ink max-sm:min-h-11">
            {t.door.register}
          </Link>
        </p>
      ) : null}
    </Door>
  );
}
