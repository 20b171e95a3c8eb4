import type { Body } from "@sello/api";
import { cx } from "@sello/ui/cx";
import { Definition } from "@sello/ui/definition";
import { Section } from "@sello/ui/page";

import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import { texts } from "./texts";

type Shares = Body<"WalletShares">;

/** Where customers carry their card: a bar of three parts, each named with its number. */
export function SharesSection({ shares }: { shares: Shares }) {
  const t = useTexts(texts);
  const { number, percent } = useFormat();
  const { customers, apple, google, both, web_only: web, resting } = shares;
  const parts = [
    { name: t.apple, count: apple, width: apple - both / 2, look: "bg-ink" },
    { name: t.google, count: google, width: google - both / 2, look: "bg-accent" },
    { name: t.web, count: web, width: web, look: "bg-ghost" },
  ];
  return (
    <Section title={<Definition term={t.shares}>{t.definition}</Definition>}>
      {customers === 0 ? (
        <p className="text-muted">{t.none}</p>
      ) : (
        <>
          <div aria-hidden="true" className="mb-4 flex h-3 gap-0.5 overflow-hidden rounded-xs">
            {parts.map((part) =>
              part.width > 0 ? <span key={part.name} className={part.look} style={{ flexGrow: part.width }} /> : null,
            )}
          </div>
          <dl className="grid gap-x-8 gap-y-3 sm:grid-cols-3">
            {parts.map((part) => (
              <div key={part.name} className="flex flex-col-reverse justify-end">
                <dt className="flex items-center gap-2 text-muted">
                  <span aria-hidden="true" className={cx("size-2.5 shrink-0 rounded-[2px]", part.look)} />
                  {part.name}
                </dt>
                <dd>
                  <b className="text-28 font-[650]">{number(part.count)}</b>{" "}
                  <span className="text-muted">{percent(part.count / customers)}</span>
                </dd>
              </div>
            ))}
          </dl>
          {both > 0 ? <p className="mt-4 text-muted">{t.both(both)}</p> : null}
          {resting > 0 ? <p className="mt-1 text-muted">{t.resting(resting)}</p> : null}
        </>
      )}
    </Section>
  );
}
