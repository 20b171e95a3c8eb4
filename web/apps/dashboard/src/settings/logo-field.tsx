import { Button } from "@sello/ui/button";
import { Help } from "@sello/ui/control";
import { ImagePlus } from "lucide-react";
import { useId, useRef } from "react";

import { lookOf } from "../card/look";
import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { texts } from "./texts";
import { useLogo } from "./use-logo";

/** The shop's logo: chosen from the phone's pictures, on the card at once. */
export function LogoField() {
  const t = useTexts(texts).look;
  const { logo } = lookOf(useBusiness());
  const { put, remove, busy, wrong } = useLogo();
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  return (
    <div className="grid gap-1">
      <span id={`${id}-label`} className="font-semibold">
        {t.logo}
      </span>
      <div className="flex flex-wrap items-center gap-3">
        <span className="grid size-14 shrink-0 place-items-center overflow-hidden rounded-s border border-line bg-surface">
          {logo ? (
            <img src={logo} alt={t.logo} className="size-full object-contain" />
          ) : (
            <ImagePlus aria-hidden="true" className="size-6 text-muted" />
          )}
        </span>
        <input
          ref={input}
          type="file"
          accept="image/png,image/jpeg,image/webp,image/*"
          hidden
          aria-labelledby={`${id}-label`}
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) put(file);
            event.target.value = "";
          }}
        />
        <Button
          busy={busy}
          aria-describedby={`${id}-error ${id}-hint`}
          onClick={() => {
            input.current?.click();
          }}
        >
          {logo ? t.change : t.choose}
        </Button>
        {logo ? (
          <Button variant="quiet" busy={busy} onClick={remove}>
            {t.remove}
          </Button>
        ) : null}
      </div>
      <div role="status">
        <Help id={id} hint={t.logoHint} error={wrong} />
      </div>
    </div>
  );
}
