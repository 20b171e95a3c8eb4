import { Button, LinkButton } from "@sello/ui/button";
import { Link } from "react-router";

import { useTexts } from "../texts";
import { Door } from "./door";
import { texts } from "./texts";

type CheckMailProps = { email: string; kind: "sent" | "reset"; onAgain: () => void };

/** The same words whether or not the e-mail has an account. */
export function CheckMail({ email, kind, onAgain }: CheckMailProps) {
  const t = useTexts(texts).mail;
  return (
    <Door title={t.title} lead={<span className="wrap-anywhere">{t[kind](email)}</span>}>
      <p className="text-muted">{t.nothing}</p>
      <div className="flex flex-wrap gap-2">
        <LinkButton asChild>
          <Link to="/app/entrar">{t.back}</Link>
        </LinkButton>
        <Button variant="quiet" onClick={onAgain}>
          {t.again}
        </Button>
      </div>
    </Door>
  );
}
