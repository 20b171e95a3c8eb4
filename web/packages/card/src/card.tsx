import { Picture, type PictureName } from "./pictures";
import { PRESSINGS } from "./pressings";

export { Picture, type PictureName } from "./pictures";
export { HOOP, PRESSINGS, RING } from "./pressings";

/** A reward on the card: reached at stamp number `at`. */
export type Step = { at: number; title: string };

export type CardProps = {
  shop: string;
  /** Address of the shop's logo; without one its picture stands there. */
  logo?: string | null;
  picture?: PictureName;
  /** Whose card it is; stands at the right of the head. */
  holder: string;
  balance: number;
  of: number;
  steps: readonly Step[];
  /** What the list of stamps is called for people who do not see it: "8 de 10 sellos". */
  label: string;
  /** What the whole card is called. */
  name: string;
  /** Number of the stamp that is being pressed right now. */
  pressed?: number;
  /** Rank of the shop's name among the page's headings. */
  level?: 1 | 2;
};

/** The drawing of the shop's card: the same on every page. What is printed is exact, what is stamped is by hand. */
export function Card(props: CardProps) {
  const { shop, logo, picture = "star", holder, balance, of, steps, label, name, pressed, level = 2 } = props;
  const Head = level === 1 ? "h1" : "h2";
  const gifts = new Map(steps.map((step) => [step.at, step]));
  return (
    <article className="card" aria-label={name}>
      <header>
        <svg className="ghost" viewBox="0 0 100 100" aria-hidden="true">
          <Picture name={picture} />
        </svg>
        {logo ? (
          <img className="logo" src={logo} alt="" width="36" height="36" />
        ) : (
          <svg className="logo" viewBox="0 0 100 100" aria-hidden="true">
            <Picture name={picture} />
          </svg>
        )}
        <Head>{shop}</Head>
        <p>{holder}</p>
      </header>
      <ol className="stamps" aria-label={label} data-many={of > 12 ? "" : undefined}>
        {Array.from({ length: of }, (_, index) => {
          const place = index + 1;
          const gift = gifts.get(place);
          const glyph = gift ? pictureOf(gift.title) : picture;
          if (place <= balance) return <Stamp key={place} place={place} glyph={glyph} pressed={place === pressed} />;
          if (!gift) return <li key={place}>{place}</li>;
          return (
            <li key={place} className="gift">
              <svg viewBox="0 0 100 100" aria-hidden="true">
                <Picture name={glyph} />
              </svg>
              <span className="sr">{place}</span>
            </li>
          );
        })}
      </ol>
      <footer>
        {steps.map((step) => (
          <span key={step.at}>
            <svg viewBox="0 0 100 100" aria-hidden="true">
              <Picture name={pictureOf(step.title)} />
            </svg>
            {step.at}, {step.title}
          </span>
        ))}
      </footer>
    </article>
  );
}

function Stamp({ place, glyph, pressed }: { place: number; glyph: PictureName; pressed: boolean }) {
  const { pressing, turn, x, y } = pressingOf(place);
  return (
    <li className={pressed ? "in press" : "in"}>
      <svg viewBox="0 0 100 100" aria-hidden="true" style={{ "--r": `${turn}deg`, "--x": `${x}px`, "--y": `${y}px` }}>
        <path fillRule="evenodd" d={PRESSINGS[pressing]} />
        <g className="glyph">
          <Picture name={glyph} />
        </g>
      </svg>
      <span className="sr">{place}</span>
    </li>
  );
}

/** How the stamp of a place was pressed: always the same one there, on every visit and device. Degrees and pixels. */
export function pressingOf(place: number): { pressing: number; turn: number; x: number; y: number } {
  const seed = Math.imul(place, 2654435761) >>> 0;
  return {
    pressing: (place * 2 + (seed >>> 29)) % PRESSINGS.length,
    turn: ((seed >>> 8) % 28) - 14,
    x: ((seed >>> 4) % 3) - 1,
    y: ((seed >>> 16) % 3) - 1,
  };
}

const WORDS: readonly [PictureName, RegExp][] = [
  [
    "cup",
    /^(cafe|cafecito|coffee|te|tea|latte|capuch\w*|cappuc\w*|bebida|drink|jugo|juice|chocolate|chicha|emoliente)s?$/,
  ],
  [
    "meal",
    /^(almuerzo|lunch|menu|comida|meal|plato|cena|dinner|desayuno|breakfast|pollo|ceviche|sandwich|sanguche)s?$/,
  ],
];

/** The picture of a reward, by the first word of its title that has one. */
export function pictureOf(title: string): PictureName {
  const words = title
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}]+/u);
  return WORDS.find(([, said]) => words.some((word) => said.test(word)))?.[0] ?? "gift";
}
