import { Section } from "@sello/ui/page";
import { Skeleton } from "@sello/ui/state";

import { useTexts } from "../texts";
import { texts } from "./texts";
import type { Outlook } from "./use-outlook";

type PreviewProps = { outlook: Outlook | undefined; wrong: boolean; changed: boolean; first: boolean };

/** What the draft would mean, in the API's words: for cards in progress, and how customers will read it. */
export function Preview({ outlook, wrong, changed, first }: PreviewProps) {
  const t = useTexts(texts).preview;
  return (
    <>
      {first ? null : (
        <Section title={t.title}>
          <div aria-live="polite">
            {wrong ? (
              <p className="text-muted">{t.mend}</p>
            ) : !changed ? (
              <p className="text-muted">{t.wait}</p>
            ) : (
              <Sentences lines={outlook?.in_words} strong />
            )}
          </div>
        </Section>
      )}
      <Section title={first ? t.titleFirst : t.terms}>
        {wrong ? (
          <p className="text-muted">{t.mend}</p>
        ) : (
          <div className="max-lg:columns-1">
            <Sentences lines={outlook?.terms} />
          </div>
        )}
      </Section>
    </>
  );
}

/** Sentences below one another; grey lines until they are there. */
export function Sentences({ lines, strong = false }: { lines: readonly string[] | undefined; strong?: boolean }) {
  if (!lines) return <Skeleton lines={3} />;
  return (
    <ul className="grid gap-1.5">
      {lines.map((line, index) => (
        <li key={line} className={strong && index === 0 ? "font-semibold wrap-anywhere" : "wrap-anywhere"}>
          {line}
        </li>
      ))}
    </ul>
  );
}
