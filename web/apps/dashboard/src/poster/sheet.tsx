import { encode } from "uqr";

import { lookOf } from "../card/look";
import { coloursOf } from "../card/shop-card";
import type { Business } from "../session/use-session";
import { texts } from "./texts";

type SheetProps = {
  business: Business;
  steps: readonly { at: number; title: string }[];
  /** The number of the poster, which its printed link carries. */
  code: string;
};

const SLOTS = 12; // as many as the printed one draws

/** What the printed poster says, in the shop's language and colours, with its own QR code. */
export function Sheet({ business, steps, code }: SheetProps) {
  const english = business.locale.startsWith("en");
  const t = english ? texts.en : texts.es;
  const look = lookOf(business);
  const address = `${location.origin}/e/${business.slug}`;
  const [first, ...others] = steps;
  const last = steps.at(-1)?.at ?? 0;
  return (
    <article
      lang={english ? "en" : "es-PE"}
      aria-label={t.preview(business.name)}
      style={coloursOf(look)}
      className="mx-auto grid w-full max-w-md grid-cols-[minmax(0,1fr)] sm:aspect-[210/297] grid-rows-[auto_auto_1fr_auto] gap-3 overflow-hidden rounded-s bg-shop-light p-[6%] text-(--on-shop-light) shadow-object"
    >
      <header className="flex items-center gap-3">
        {look.logo ? <img src={look.logo} alt="" className="h-8 w-auto max-w-32 object-contain" /> : null}
        <b className="line-clamp-2 text-16 wrap-anywhere">{business.name}</b>
      </header>
      <div>
        <p className="text-28 leading-8 font-extrabold tracking-tight wrap-anywhere">
          {first ? t.collect(first.at) : null}
          <br />
          <span className="line-clamp-2">{first?.title}</span>
        </p>
        {others.slice(0, 3).map((step) => (
          <p key={step.at} className="mt-1 truncate text-14">
            {t.and(step.at)} <b>{step.title}</b>
          </p>
        ))}
      </div>
      <div className="grid min-h-0 grid-cols-[auto_minmax(0,1fr)] items-center gap-4">
        <span className="rounded-s bg-[white] p-4 text-[black]">
          <Code text={`${address}?p=${code}`} label={t.code} />
        </span>
        <ol className="grid gap-2 text-14">
          {t.how.map((line, index) => (
            <li key={line} className="flex gap-2">
              <b>{index + 1}</b>
              <span>{line}</span>
            </li>
          ))}
        </ol>
      </div>
      <footer className="-mx-[7%] -mb-[7%] grid gap-2 bg-shop-dark px-[7%] pt-3 pb-[7%] text-12 text-(--on-shop-dark)">
        {last <= SLOTS ? <Slots of={last} gifts={steps.map(({ at }) => at)} /> : null}
        <b className="text-14">{t.free}</b>
        <span className="wrap-anywhere">
          {t.noCamera} <b>{address.replace(/^https?:\/\//, "")}</b>
        </span>
        <span>
          {t.number} {code}
        </span>
      </footer>
    </article>
  );
}

function Slots({ of, gifts }: { of: number; gifts: readonly number[] }) {
  return (
    <span aria-hidden="true" className="flex gap-1">
      {Array.from({ length: of }, (_, index) => (
        <i
          key={index}
          className={
            gifts.includes(index + 1)
              ? "aspect-square min-w-0 flex-1 max-w-7 rounded-[50%] border-2 border-double border-current bg-current/30"
              : "aspect-square min-w-0 flex-1 max-w-7 rounded-[50%] border border-current"
          }
        />
      ))}
    </span>
  );
}

function Code({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: "M", border: 0 });
  const path = data.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label={label}
      className="size-28 sm:size-32"
    >
      <path d={path} fill="black" />
    </svg>
  );
}
