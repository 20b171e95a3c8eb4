import { cx } from "@sello/ui/cx";
import { ExternalLink, Store, Undo2 } from "lucide-react";
import { Fragment, type ReactNode } from "react";

import { useTexts } from "../texts";
import { texts } from "./words";

type ChatProps = {
  /** Who it comes from. */
  shop: string;
  /** With `{{name}}` and the like, which stay marked; or as somebody reads it. */
  text: string;
  buttons?: readonly { kind: string; title: string }[];
  time?: string | undefined;
  className?: string;
};

/** A message as it arrives on a phone: what is filled in for each person is marked. */
export function Chat({ shop, text, buttons = [], time, className }: ChatProps) {
  const t = useTexts(texts).chat;
  return (
    <figure aria-label={t.preview} className={cx("max-w-80 rounded-l border border-line bg-sunken p-3", className)}>
      <div className="flex items-center gap-2 px-1 pt-1 pb-3">
        <span className="grid size-8 shrink-0 place-items-center rounded-[50%] bg-shop-dark text-shop-light">
          <Store aria-hidden="true" className="size-4" />
        </span>
        <p className="min-w-0 leading-4">
          <b className="block truncate">{shop}</b>
          <small className="text-12 text-muted">{t.whatsapp}</small>
        </p>
      </div>
      <div className="mr-6 rounded-m rounded-tl-xs bg-surface px-3 py-2 wrap-anywhere shadow-[0_1px_1px_oklch(0.2_0.02_60/0.1)]">
        <p className="whitespace-pre-line">{marked(text)}</p>
        {time ? <time className="block text-right text-12 text-muted">{time}</time> : null}
      </div>
      {buttons.map(({ kind, title }) => {
        const Icon = kind === "link" ? ExternalLink : Undo2;
        return (
          <p
            key={`${kind}${title}`}
            className="mt-1 mr-6 flex items-center justify-center gap-2 rounded-m bg-surface p-2 font-semibold"
          >
            <Icon aria-hidden="true" className="size-4" />
            {title}
          </p>
        );
      })}
    </figure>
  );
}

function marked(text: string): ReactNode {
  return text.split(/(\{\{\w+\}\})/).map((part, index) =>
    /^\{\{\w+\}\}$/.test(part) ? (
      <mark key={index} className="rounded-xs bg-accent-soft px-0.5 text-ink">
        {part}
      </mark>
    ) : (
      <Fragment key={index}>{part}</Fragment>
    ),
  );
}
