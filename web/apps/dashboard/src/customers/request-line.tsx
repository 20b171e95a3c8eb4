import type { Body } from "@sello/api";
import { Button, LinkButton } from "@sello/ui/button";
import { Tag } from "@sello/ui/tag";
import { Link } from "react-router";

import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts } from "./words/requests";

export type PrivacyRequest = Body<"RequestForOwner">;

const SHAPES = { open: "wait", overdue: "bad", granted: "ok", refused: "off" } as const;

type RequestLineProps = {
  request: PrivacyRequest;
  /** Say whose it is, and lead there. */
  named?: boolean;
  level?: 2 | 3;
  onAnswer: () => void;
};

/** What somebody asks for, until when, and what is to be done about it. */
export function RequestLine({ request, named = false, level = 3, onAnswer }: RequestLineProps) {
  const t = useTexts(texts);
  const { when, calendarDay } = useFormat();
  const Heading = `h${level}` as const;
  const waits = request.state === "open" || request.state === "overdue";
  const page = `/app/clientes/${request.customer_id}`;
  return (
    <li className="grid gap-1 border-b border-line py-4 last:border-b-0">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <Heading className="mr-auto wrap-anywhere">
          {named ? `${request.customer_name ?? t.erased}: ` : ""}
          {t.kinds[request.kind]}
        </Heading>
        <span className="flex flex-wrap gap-x-2">
          <Tag state={SHAPES[request.state]}>{t.states[request.state]}</Tag>
          <span className="text-muted">
            {request.state === "overdue"
              ? t.wasDue(calendarDay(request.due_on))
              : waits
                ? t.due(calendarDay(request.due_on))
                : ""}
          </span>
        </span>
      </div>
      <p className="text-12 text-muted">
        {t.asked(when(request.opened_at), t.sources[request.source])}
        {request.answered_at ? ` · ${t.answered(when(request.answered_at))}` : ""}
      </p>
      {request.wish ? <p className="wrap-anywhere">{t.wish(request.wish)}</p> : null}
      {request.answer ? <p className="border-l-2 border-rule pl-3 wrap-anywhere">{request.answer}</p> : null}
      {waits ? (
        <>
          <p className="max-w-[60ch] text-muted">{t.help[request.kind]}</p>
          <div className="mt-1 flex flex-wrap gap-2">
            <Button onClick={onAnswer}>{t.answer}</Button>
            {named ? (
              <LinkButton asChild variant="quiet">
                <Link to={page}>{t.toPerson}</Link>
              </LinkButton>
            ) : null}
          </div>
        </>
      ) : null}
    </li>
  );
}
