import type { Body } from "@sello/api";
import { Section } from "@sello/ui/page";
import { Loading, Skeleton, Trouble } from "@sello/ui/state";

import { $api } from "../api";
import { AnswerSaid, AnswerTag } from "../phones/answer";
import { texts as words, type Event } from "../phones/words";
import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import type { Profile } from "./use-card";
import { texts } from "./words/phones";

type Card = Body<"WalletCard">;
/** After how many ms one looks again: a change on its way arrives any second, a phone comes back some time. */
const AGAIN: Readonly<Record<string, number>> = { waiting: 3_000, stuck: 8_000 };

/** The card in somebody's phones: why it shows what it shows, and what happened to it. */
export function Phones({ profile }: { profile: Profile }) {
  const t = useTexts(texts);
  const query = $api.useQuery(
    "get",
    "/api/v1/customers/{customer_id}/wallets",
    { params: { path: { customer_id: profile.id } } },
    { refetchInterval: ({ state }) => soonest(state.data?.cards ?? []) },
  );
  return (
    <Section title={t.title}>
      {query.isError && !query.data ? (
        <Trouble small level={3} error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <Loading>
          <Skeleton lines={3} className="h-5" />
        </Loading>
      ) : query.data.cards.length === 0 ? (
        <p className="text-muted">{t.none}</p>
      ) : (
        <ul className="grid gap-6">
          {query.data.cards.map((card) => (
            <InPhone key={card.id} card={card} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function soonest(cards: readonly Card[]): number | false {
  const waits = cards.map((card) => AGAIN[card.answer.state] ?? Infinity);
  const least = Math.min(...waits);
  return Number.isFinite(least) ? least : false;
}

function InPhone({ card }: { card: Card }) {
  const t = useTexts(texts);
  const w = useTexts(words);
  const { when } = useFormat();
  const missing = card.seq - (card.shown_seq ?? 0);
  const behind = card.answer.state !== "over" && card.shown_seq !== null && missing > 0;
  return (
    <li className="grid gap-2">
      <div className="flex flex-wrap items-center gap-x-3">
        <h3 className="flex-1">{w.kinds[card.kind]}</h3>
        <span role="status">
          <AnswerTag answer={card.answer} />
        </span>
      </div>
      <AnswerSaid answer={card.answer} kind={card.kind} />
      <p className="text-12 text-muted">
        {[
          card.phones > 1 ? w.phones(card.phones) : "",
          behind ? t.missing(missing) : "",
          card.shown_at ? t.shown(when(card.shown_at)) : "",
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <details>
        <summary className="min-h-(--ctl) cursor-pointer content-center font-semibold">
          {t.story(card.events.length)}
        </summary>
        <ol className="ml-1 border-l border-line pl-4">
          {card.events.map((event, index) => (
            <Line key={`${event.at}${event.kind}${index}`} event={event} />
          ))}
        </ol>
      </details>
    </li>
  );
}

function Line({ event }: { event: Event }) {
  const w = useTexts(words);
  const { when } = useFormat();
  const more = [
    event.seq ? w.entry(event.seq) : "",
    event.phones !== null && event.phones !== 1 ? w.phones(event.phones) : "",
    event.why ? (w.left[event.why] ?? event.why) : "",
    event.said ? `«${event.said}»` : "",
    event.retry ? w.again : "",
  ].filter(Boolean);
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 py-1">
      <p className="min-w-0 wrap-anywhere">
        {w.events[event.kind]}
        {more.length ? <span className="text-muted">: {more.join(", ")}</span> : null}
      </p>
      <time dateTime={event.at} className="text-12 whitespace-nowrap text-muted">
        {when(event.at)}
      </time>
    </li>
  );
}
