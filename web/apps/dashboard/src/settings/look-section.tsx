import { Note } from "@sello/ui/note";

import { $api } from "../api";
import { COLOUR, contrast, fit } from "../card/colours";
import { lookOf } from "../card/look";
import { BLANK_CARD, coloursOf, ShopCard } from "../card/shop-card";
import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { ColourField } from "./colour-field";
import { LogoField } from "./logo-field";
import { Palettes } from "./palettes";
import { Part } from "./part";
import { PictureField } from "./picture-field";
import { SaveRow } from "./save-row";
import { texts } from "./texts";
import { useChange } from "./use-change";
import { submitting, useDraft } from "./use-draft";
import { wrongOf } from "./wrong";

/** Logo, drawing and colours, with the card beside them as it would be. */
export function LookSection() {
  const all = useTexts(texts);
  const t = all.look;
  const business = useBusiness();
  const rules = $api.useQuery("get", "/api/v1/reward-rules", {}, { retry: false });
  const { change, error, busy, reset } = useChange();
  const { colour_light, colour_dark, picture } = business;
  const { draft, changes, changed, set, discard } = useDraft({ colour_light, colour_dark, picture });
  const wrong = wrongOf(error, all.wrong);
  const light = COLOUR.test(draft.colour_light) ? draft.colour_light : colour_light;
  const dark = COLOUR.test(draft.colour_dark) ? draft.colour_dark : colour_dark;
  const card = rules.data ? { of: rules.data.steps.at(-1)?.at ?? 10, steps: rules.data.steps } : BLANK_CARD;
  const drop = () => {
    discard();
    reset();
  };
  return (
    <Part id="aspecto" title={t.title}>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 md:grid-cols-[minmax(0,1fr)_minmax(0,21.5rem)]">
        <div className="sticky top-0 z-10 -mx-4 bg-paper px-4 py-2 md:static md:order-2 md:mx-0 md:p-0">
          <ShopCard
            look={{ ...lookOf(business), picture: draft.picture, light, dark }}
            {...card}
            className="max-md:hidden"
          />
          <Strip look={{ light, dark }} name={business.name} />
        </div>
        <form
          className="grid max-w-md grid-cols-[minmax(0,1fr)] gap-5"
          noValidate
          onSubmit={submitting(() => change(changes))}
        >
          <LogoField />
          <div style={coloursOf({ light, dark })}>
            <PictureField value={draft.picture} onChange={(chosen) => set({ picture: chosen })} />
          </div>
          <fieldset className="grid gap-3">
            <legend className="mb-1 font-semibold">{t.colours}</legend>
            <Palettes
              light={light}
              dark={dark}
              onChoose={(pair) => set({ colour_light: pair.light, colour_dark: pair.dark })}
            />
            <div className="grid grid-cols-2 gap-3">
              <ColourField
                label={t.dark}
                pick={t.pickDark}
                value={draft.colour_dark}
                error={wrong.colour_dark}
                onChange={(colour) => set({ colour_dark: colour })}
              />
              <ColourField
                label={t.light}
                pick={t.pickLight}
                value={draft.colour_light}
                error={wrong.colour_light}
                onChange={(colour) => set({ colour_light: colour })}
              />
            </div>
            <Fitness light={light} dark={dark} />
          </fieldset>
          <SaveRow changed={changed} busy={busy} wrong={wrong[""]} onDiscard={drop} />
        </form>
      </div>
    </Part>
  );
}

function Strip({ look, name }: { look: { light: string; dark: string }; name: string }) {
  return (
    <p
      aria-hidden="true"
      style={coloursOf(look)}
      className="flex overflow-hidden rounded-s border border-line font-bold md:hidden"
    >
      <span className="flex-1 truncate bg-shop-dark px-3 py-2 text-(--on-shop-dark)">{name}</span>
      <span className="flex-1 truncate bg-shop-light px-3 py-2 text-(--on-shop-light)">5 · 10</span>
    </p>
  );
}

function Fitness({ light, dark }: { light: string; dark: string }) {
  const t = useTexts(texts).look;
  const ratio = `${contrast(light, dark).toFixed(1)}:1`;
  const readable = fit(light, dark);
  return (
    <div aria-live="polite">
      <Note tone={readable ? "ok" : "wait"}>{readable ? t.fits(ratio) : t.unfit(ratio)}</Note>
    </div>
  );
}
