import type { Body } from "@sello/api";
import { useEffect, useState } from "react";
import { digitsOf, grouped } from "./form";
import { ask, askForFile, type CardDocument, Refusal, type WebCard } from "./page";
import { dayInWords, texts } from "./texts";

const t = texts.card;

type Request = Body<"OwnRequestAnswer">;

/** Offers on or off, a copy of one's data, and the wish to be erased: what the law gives, without asking anybody. */
export function MyData({ page, card, onChange }: { page: CardDocument; card: WebCard; onChange: () => Promise<void> }) {
  const path = `/cards/by-link/${encodeURIComponent(page.link)}`;
  const [open, setOpen] = useState(false);
  return (
    <details className="mine" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.mine}</summary>
      {open && (
        <>
          <Offers path={path} page={page} card={card} onChange={onChange} />
          <Copy path={path} />
          <Erasure path={path} />
        </>
      )}
    </details>
  );
}

function useDoing() {
  const [doing, setDoing] = useState(false);
  const [trouble, setTrouble] = useState("");
  const run = async (act: () => Promise<void>) => {
    if (doing) return;
    setDoing(true);
    setTrouble("");
    try {
      await act();
    } catch (error) {
      setTrouble(error instanceof Refusal ? error.message : t.failed);
    } finally {
      setDoing(false);
    }
  };
  return { doing, trouble, run };
}

function Trouble({ text }: { text: string }) {
  return (
    <p className="help bad" role="alert">
      {text}
    </p>
  );
}

function Offers({
  path,
  page,
  card,
  onChange,
}: {
  path: string;
  page: CardDocument;
  card: WebCard;
  onChange: () => Promise<void>;
}) {
  const { doing, trouble, run } = useDoing();
  const change = () =>
    run(async () => {
      await ask("PUT", `${path}/consent`, { marketing: !card.marketing, text_version: page.textVersion });
      await onChange();
    });
  return (
    <section>
      <h2>{t.offers}</h2>
      <p className="help" role="status">
        {card.marketing ? t.offersOn : t.offersOff}
      </p>
      <button type="button" className="btn line" aria-disabled={doing} onClick={change}>
        {card.marketing ? t.stop : t.start}
      </button>
      <Trouble text={trouble} />
    </section>
  );
}

function Copy({ path }: { path: string }) {
  const [phone, setPhone] = useState("");
  const { doing, trouble, run } = useDoing();
  const take = (event: { preventDefault: () => void }) => {
    event.preventDefault();
    void run(async () => {
      const file = await askForFile("POST", `${path}/export`, { phone: `+51${digitsOf(phone)}`, format: "json" });
      const address = URL.createObjectURL(file);
      const link = Object.assign(document.createElement("a"), { href: address, download: "sello.json" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    });
  };
  return (
    <form className="copy" onSubmit={take} noValidate>
      <h2>{t.copy}</h2>
      <label className="help" htmlFor="proof">
        {t.copyHow}
      </label>
      <div className="box">
        <span aria-hidden="true">+51</span>
        <input
          id="proof"
          className="num"
          type="tel"
          inputMode="numeric"
          autoComplete="tel-national"
          maxLength={24}
          value={phone}
          onInput={(event) => setPhone(grouped(digitsOf(event.currentTarget.value).slice(0, 9)))}
        />
      </div>
      <button type="submit" className="btn line" aria-disabled={doing}>
        {t.copy}
      </button>
      <Trouble text={trouble} />
    </form>
  );
}

function Erasure({ path }: { path: string }) {
  const [sure, setSure] = useState(false);
  const [requests, setRequests] = useState<Request[]>([]);
  const { doing, trouble, run } = useDoing();
  useEffect(() => {
    ask<{ requests: Request[] }>("GET", `${path}/privacy-requests`).then(
      (answer) => setRequests(answer.requests),
      () => {},
    );
  }, [path]);
  const wish = () =>
    run(async () => {
      const made = await ask<Request>("POST", `${path}/privacy-requests`, { kind: "erasure" });
      setRequests([made, ...requests.filter((other) => other.id !== made.id)]);
      setSure(false);
    });
  const asked = requests.some((request) => request.kind === "erasure" && ["open", "overdue"].includes(request.state));
  return (
    <section>
      <h2>{t.erase}</h2>
      <p className="help">{t.eraseHow}</p>
      {requests.map((request) => (
        <p className="help" role="status" key={request.id}>
          {t.open(t.kinds[request.kind], t.states[request.state], dayInWords(request.due_on))}
        </p>
      ))}
      {!asked && !sure && (
        <button type="button" className="btn line" onClick={() => setSure(true)}>
          {t.erase}
        </button>
      )}
      {!asked && sure && (
        <div className="row">
          <button type="button" className="btn line" onClick={() => setSure(false)}>
            {t.cancel}
          </button>
          <button type="button" className="btn ink" aria-disabled={doing} onClick={wish}>
            {t.eraseSure}
          </button>
        </div>
      )}
      <Trouble text={trouble} />
    </section>
  );
}
