import { Button, LinkButton } from "@sello/ui/button";
import { Loading, Skeleton } from "@sello/ui/state";
import { useEffect, useRef } from "react";
import { Link, useNavigate } from "react-router";

import { $api, refusalOf } from "../api";
import { useTexts } from "../texts";
import { Door } from "./door";
import { FormProblem } from "./form-problem";
import { useLinkToken } from "./link-token";
import { texts } from "./texts";

/** Where the first mail leads: it confirms by itself and goes on to the door. */
export function VerifyEmailPage() {
  const { verify: t, mail } = useTexts(texts);
  const token = useLinkToken();
  const navigate = useNavigate();
  const verification = $api.useMutation("post", "/api/v1/auth/verifications", {
    onSuccess: () => void navigate("/app/entrar", { state: { said: "verified" }, replace: true }),
  });
  const { mutate } = verification;
  const sent = useRef(false);
  useEffect(() => {
    if (sent.current || !token) return;
    sent.current = true; // a link works once
    mutate({ body: { token } });
  }, [mutate, token]);

  if (token && !verification.isError) {
    return (
      <Door title={t.busy}>
        <Loading>
          <Skeleton lines={2} />
        </Loading>
      </Door>
    );
  }
  const spent = refusalOf(verification.error)?.code === "link_invalid";
  return (
    <Door title={t.failed} lead={token ? undefined : t.missing}>
      <FormProblem error={verification.error} />
      {spent ? <p className="text-muted">{t.again}</p> : null}
      <div className="flex flex-wrap gap-2">
        {token && !spent ? (
          <Button variant="main" busy={verification.isPending} onClick={() => mutate({ body: { token } })}>
            {t.retry}
          </Button>
        ) : null}
        <LinkButton asChild>
          <Link to="/app/entrar">{mail.back}</Link>
        </LinkButton>
      </div>
    </Door>
  );
}
