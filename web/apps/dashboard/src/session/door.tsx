import { Card } from "@sello/card";
import { Ring, Wordmark } from "@sello/ui/mark";
import { useEffect, useRef, type ReactNode } from "react";
import { Link } from "react-router";

import { useTexts } from "../texts";
import { LanguageChoice } from "./language-choice";
import { texts } from "./texts";

/** The page of whoever is not inside yet: what they came for at one side, what they get at the other. */
export function Door({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const t = useTexts(texts).door;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · sello`;
    if (document.activeElement === document.body || !document.activeElement) heading.current?.focus();
  }, [title]);
  return (
    <main className="grid min-h-dvh sm:grid-cols-2">
      <div className="flex flex-col px-5 pt-6 pb-4 sm:px-8">
        <Link to="/app/entrar" className="self-start text-ink no-underline">
          <Wordmark />
        </Link>
        <div className="mx-auto my-auto grid w-full max-w-90 gap-4 py-8">
          <div>
            <h1 ref={heading} tabIndex={-1}>
              {title}
            </h1>
            {lead ? <p className="mt-1 text-muted">{lead}</p> : null}
          </div>
          {children}
        </div>
        <LanguageChoice />
      </div>
      <div aria-hidden="true" className="relative hidden place-items-center overflow-hidden bg-sunken sm:grid">
        <Ring className="absolute aspect-square size-auto w-[150%] max-w-none fill-[color-mix(in_oklab,var(--ink)_5%,var(--sunken))]" />
        <div className="relative w-86 max-w-[88%] -rotate-3">
          <Card
            shop={t.card.shop}
            holder={t.card.holder}
            name={t.card.name}
            label={t.card.label}
            picture="moon"
            balance={10}
            of={10}
            steps={[
              { at: 5, title: t.card.half },
              { at: 10, title: t.card.full },
            ]}
          />
        </div>
      </div>
    </main>
  );
}
