import { Card, HOOP, Picture, PRESSINGS, pictureOf, pressingOf, RING } from "@sello/card";
import { useEffect, useState } from "react";
import { encode } from "uqr";
import { useLiveCard } from "./live-card";
import { MyData } from "./my-data";
import type { CardDocument, Code, WebCard } from "./page";
import { dayInWords, language, texts } from "./texts";
import { WalletButtons } from "./wallet-buttons";

const t = texts.card;

/** The card for whoever holds its link: stamps, what is missing, the code; everything else is further down. */
export function CardPage({ page }: { page: CardDocument }) {
  const live = useLiveCard(page);
  const { card } = live;
  if (live.gone) return <Gone message={live.gone} />;
  return (
    <main className="screen wallet">
      {live.offline && <Offline seenAt={live.seenAt} />}
      <Card
        shop={card.business.name}
        logo={page.logo}
        picture={card.business.picture}
        holder={card.first_name}
        balance={card.balance}
        of={card.of}
        steps={card.steps}
        label={t.stamps(card.balance, card.of)}
        name={t.name(card.business.name)}
        level={1}
      />
      <Coupons card={card} />
      <Missing card={card} />
      <CodeDisc code={live.code} left={live.left} offline={live.offline} name={card.first_name} />
      {!live.offline && <WalletButtons link={`/c/${page.link}`} offered={page.wallets ?? []} />}
      <Visits card={card} />
      <Terms card={card} />
      <Install />
      <MyData page={page} card={card} onChange={live.refresh} />
      <footer className="foot">
        <span className="word" role="img" aria-label="sello">
          sell
          <svg viewBox="0 0 100 100" aria-hidden="true">
            <path fillRule="evenodd" d={RING} />
          </svg>
        </span>
      </footer>
    </main>
  );
}

function Offline({ seenAt }: { seenAt: Date }) {
  const when = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "es-PE", {
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  }).format(seenAt);
  return (
    <p className="note" role="status">
      <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
        <path d="M4 4l16 16M3.5 9.5A12 12 0 0 1 8 6.8M12 6a12 12 0 0 1 8.5 3.5M6.8 13a7.3 7.3 0 0 1 3.6-2M10 16.3a2.8 2.8 0 0 1 4 0M12 19.2v.1" />
      </svg>
      <span>
        <b>{t.offline}</b> {t.offlineHow(when)}
      </span>
    </p>
  );
}

function Coupons({ card }: { card: WebCard }) {
  return (
    <>
      {card.rewards.map((reward) => (
        <section className="coupon" key={reward.id}>
          <svg viewBox="0 0 100 100" aria-hidden="true">
            <Picture name={pictureOf(reward.title)} />
          </svg>
          <div>
            <h2>{t.ready(reward.title)}</h2>
            <p>
              {t.readyHow} {reward.good_until && t.goodUntil(dayInWords(reward.good_until))}
            </p>
          </div>
        </section>
      ))}
    </>
  );
}

function Missing({ card }: { card: WebCard }) {
  const next = card.steps.find((step) => step.at > card.balance);
  if (card.pending)
    return (
      <>
        <p className="left">
          <b>{t.pending}</b> {t.pendingHow}
        </p>
        {card.whatsapp_url && (
          <p className="left">
            {t.orWhatsapp}{" "}
            <a className="btn" href={card.whatsapp_url} target="_blank" rel="noopener noreferrer">
              {t.byWhatsapp}
            </a>
          </p>
        )}
      </>
    );
  if (card.rewards.length || !next) return null;
  return (
    <p className="left">
      <b>{t.missing(next.at - card.balance)}</b> {t.until(next.title)}
    </p>
  );
}

function CodeDisc({ code, left, offline, name }: { code: Code | null; left: number; offline: boolean; name: string }) {
  const share = code ? (100 * left) / code.seconds : 0;
  return (
    <>
      <figure className={code ? "code" : "code idle"}>
        <span className="ring" style={{ "--p": share }} aria-hidden="true">
          <Hoop className="bed" />
          <Hoop className="ink" />
        </span>
        <div className={code ? "disc" : "disc quiet"}>
          {code ? (
            <Qr text={code.code} />
          ) : offline ? (
            <>
              <p>{t.sayIt}</p>
              <p className="say">{name}</p>
              <p>{t.sealed}</p>
            </>
          ) : (
            <p>{t.renewing}</p>
          )}
        </div>
      </figure>
      <p className="under">
        {code ? (
          <>
            {t.show} <span className="num">{t.changes(left)}</span>
          </>
        ) : (
          offline && t.comesBack
        )}
      </p>
    </>
  );
}

function Hoop({ className }: { className: string }) {
  return (
    <svg className={className} viewBox="0 0 100 100" aria-hidden="true">
      <path fillRule="evenodd" d={HOOP} />
    </svg>
  );
}

/** Dark modules as one path; the white of the disc is the quiet zone. */
function Qr({ text }: { text: string }) {
  const { data, size } = encode(text, { ecc: "M", border: 0 });
  const path = data.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges" role="img" aria-label={t.code}>
      <path d={path} />
    </svg>
  );
}

function Visits({ card }: { card: WebCard }) {
  if (card.pending) return null;
  return (
    <section className="past">
      <h2>{t.visits}</h2>
      {card.visits.length === 0 && <p className="help">{t.noVisits}</p>}
      <ol>
        {card.visits.map((day, index) => {
          const { pressing, turn } = pressingOf(card.visits.length - index);
          return (
            <li key={day}>
              <svg viewBox="0 0 100 100" aria-hidden="true" style={{ transform: `rotate(${turn}deg)` }}>
                <path fillRule="evenodd" d={PRESSINGS[pressing]} />
                <g className="glyph">
                  <Picture name={card.business.picture} />
                </g>
              </svg>
              <time dateTime={day}>{dayInWords(day)}</time>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Terms({ card }: { card: WebCard }) {
  return (
    <section className="past">
      <h2>{t.terms}</h2>
      <ul className="terms">
        {card.terms.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {card.stamps_until && <p className="help">{t.stampsUntil(dayInWords(card.stamps_until))}</p>}
      <p className="help">
        <a href={card.terms_url}>{texts.enrol.terms}</a> · <a href={card.privacy_url}>{texts.enrol.notice}</a>
      </p>
    </section>
  );
}

type InstallEvent = Event & { prompt: () => Promise<unknown> };

/** Offers to put the card among the phone's apps, where the browser can. */
function Install() {
  const [offer, setOffer] = useState<InstallEvent | null>(null);
  useEffect(() => {
    const keep = (event: Event) => {
      event.preventDefault();
      setOffer(event as InstallEvent);
    };
    addEventListener("beforeinstallprompt", keep);
    return () => removeEventListener("beforeinstallprompt", keep);
  }, []);
  if (!offer) return null;
  return (
    <button type="button" className="btn line" onClick={() => void offer.prompt().finally(() => setOffer(null))}>
      {t.install}
    </button>
  );
}

function Gone({ message }: { message: string }) {
  return (
    <main className="screen wallet gone">
      <h1>{t.gone}</h1>
      <p>{message}</p>
      <button type="button" className="btn line" onClick={() => location.reload()}>
        {t.retry}
      </button>
    </main>
  );
}
