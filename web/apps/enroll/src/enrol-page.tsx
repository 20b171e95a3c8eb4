import { Card } from "@sello/card";
import { useRef, useState } from "react";
import { BirthdayField, described, Input } from "./fields";
import { digitsOf, enrolmentOf, grouped, type Problems, problemsOf, type Written } from "./form";
import { ask, type EnrolPage as Data, NoAnswer, Refusal } from "./page";
import { cardOfThisPhone, keepCard } from "./kept";
import { language, texts } from "./texts";
import { WalletButtons } from "./wallet-buttons";

const t = texts.enrol;
const NOTHING: Written = { name: "", phone: "", day: "", month: "", marketing: false };

/** A key for one enrolment; `crypto.randomUUID` is missing where a page came over plain HTTP. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

type Made = { link: string; name: string };

/** Card first, then three fields; then the card again, theirs. */
export function EnrolPage({ page }: { page: Data }) {
  const [made, setMade] = useState<Made | null>(null);
  const [earlier, setEarlier] = useState(() => cardOfThisPhone(page.shop.slug));
  if (made) return <Landed page={page} made={made} />;
  return (
    <Unborn
      page={page}
      earlier={earlier}
      onForget={() => setEarlier(null)}
      onMade={(card) => {
        keepCard(page.shop.slug, card.link);
        setMade(card);
        scrollTo(0, 0);
      }}
    />
  );
}

function Unborn({
  page,
  earlier,
  onForget,
  onMade,
}: {
  page: Data;
  earlier: string | null;
  onForget: () => void;
  onMade: (made: Made) => void;
}) {
  const [written, setWritten] = useState(NOTHING);
  const [problems, setProblems] = useState<Problems>({});
  const [trouble, setTrouble] = useState("");
  const [sending, setSending] = useState(false);
  const order = useRef({ body: "", key: "" });
  const form = useRef<HTMLFormElement>(null);
  const { shop } = page;

  const change = (part: Partial<Written>) => {
    const next = { ...written, ...part };
    setWritten(next);
    if (Object.keys(problems).length) setProblems(problemsOf(next, t));
  };

  const submit = async (event: { preventDefault: () => void }) => {
    event.preventDefault();
    if (sending) return;
    const found = problemsOf(written, t);
    setProblems(found);
    setTrouble("");
    const first = (["name", "phone", "birthday"] as const).find((field) => found[field]);
    if (first) return form.current?.querySelector<HTMLElement>(`[data-field=${first}]`)?.focus();
    const body = enrolmentOf(written, { ...page, slug: shop.slug, language });
    // The same words sent again are the same enrolment; other words are another.
    if (order.current.body !== JSON.stringify(body)) order.current = { body: JSON.stringify(body), key: newKey() };
    setSending(true);
    try {
      const answer = await ask<{ card_link: string }>("POST", "/enrollments", body, {
        "Idempotency-Key": order.current.key,
      });
      onMade({ link: answer.card_link, name: body.name.split(" ")[0] ?? body.name });
    } catch (error) {
      if (error instanceof Refusal && error.code === "phone_invalid") setProblems({ phone: error.message });
      else setTrouble(error instanceof Refusal ? error.message : error instanceof NoAnswer ? t.offline : t.failed);
    } finally {
      setSending(false);
    }
  };

  const firstStep = shop.steps[0];
  return (
    <main className="screen">
      <div className="desk">
        <Card
          shop={shop.name}
          logo={shop.logo}
          picture={shop.picture}
          holder={written.name.trim().split(" ")[0] || t.holder}
          balance={0}
          of={shop.of}
          steps={shop.steps}
          label={texts.card.stamps(0, shop.of)}
          name={texts.card.name(shop.name)}
        />
      </div>
      <form className="form" ref={form} onSubmit={submit} noValidate>
        {firstStep && <h1>{t.promise(firstStep.at, firstStep.title)}</h1>}
        {earlier && (
          <p className="note">
            <span>
              {t.already} <a href={earlier}>{t.open}</a>{" "}
              <button type="button" className="link" onClick={onForget}>
                {t.again}
              </button>
            </span>
          </p>
        )}
        <Input field="name" label={t.name} problem={problems.name}>
          <input
            id="name"
            data-field="name"
            value={written.name}
            onInput={(event) => change({ name: event.currentTarget.value })}
            autoComplete="given-name"
            autoCapitalize="words"
            enterKeyHint="next"
            maxLength={80}
            placeholder={t.namePlaceholder}
            {...described("name", problems)}
          />
        </Input>
        <Input field="phone" label={t.phone} problem={problems.phone} prefix="+51">
          <input
            id="phone"
            data-field="phone"
            className="num"
            type="tel"
            inputMode="numeric"
            value={written.phone}
            onInput={(event) => change({ phone: grouped(digitsOf(event.currentTarget.value).slice(0, 15)) })}
            autoComplete="tel-national"
            enterKeyHint="next"
            maxLength={24}
            placeholder="987 654 321"
            {...described("phone", problems)}
          />
        </Input>
        <BirthdayField written={written} problem={problems.birthday} onChange={change} />
        <label className="tick">
          <input
            type="checkbox"
            checked={written.marketing}
            onChange={(event) => change({ marketing: event.currentTarget.checked })}
          />
          <span>{page.marketing}</span>
        </label>
        <button className="btn shop" type="submit" aria-disabled={sending}>
          {sending ? t.sending : t.submit}
        </button>
        <p className="help bad" role="alert">
          {trouble}
        </p>
        <details className="help">
          <summary>
            {t.privacy} <u>{t.readMore}</u>
          </summary>
          <p>{page.notice}</p>
          <p>
            <a href={`/legal/${shop.slug}/privacy`}>{t.notice}</a> · <a href={`/legal/${shop.slug}/terms`}>{t.terms}</a>
          </p>
        </details>
      </form>
    </main>
  );
}

function Landed({ page, made }: { page: Data; made: Made }) {
  const { shop } = page;
  return (
    <main className="screen done">
      <div className="desk landed" role="status">
        <div>
          <h1>{t.done(made.name)}</h1>
          <p>{t.next}</p>
        </div>
        <Card
          shop={shop.name}
          logo={shop.logo}
          picture={shop.picture}
          holder={made.name}
          balance={0}
          of={shop.of}
          steps={shop.steps}
          label={texts.card.stamps(0, shop.of)}
          name={texts.card.name(shop.name)}
        />
      </div>
      <div className="take">
        <a className="btn shop" href={made.link}>
          {t.open}
        </a>
        <WalletButtons link={made.link} offered={page.wallets} />
      </div>
    </main>
  );
}
