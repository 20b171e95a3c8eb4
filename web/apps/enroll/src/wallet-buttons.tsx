import { language, texts } from "./texts";
import { isInsideAnApp, type WalletKind, walletsOf } from "./wallets";

const t = texts.wallet;

/** The buttons that put the card behind `link` into the phone. Nothing where this platform has no wallet. */
export function WalletButtons({ link, offered }: { link: string; offered: readonly WalletKind[] }) {
  const kinds = walletsOf(navigator.userAgent, navigator.maxTouchPoints).filter((kind) => offered.includes(kind));
  if (kinds.length === 0) return null;
  return (
    <section className="wallets" aria-label={t.title}>
      {kinds[0] === "apple" && isInsideAnApp(navigator.userAgent) ? (
        <p className="note">
          <span>{t.elsewhere}</span>
        </p>
      ) : (
        kinds.map((kind) => (
          <a key={kind} className={`btn wallet-${kind}`} href={`${link}/${kind}?lang=${language}`} lang={language}>
            {kind === "apple" ? <AppleWallet /> : <GoogleWallet />}
            {t[kind]}
          </a>
        ))
      )}
      <p className="help">{t.why}</p>
    </section>
  );
}

// Drawn by us, after what the two brands ask of a button: their own words on black, a wallet before them.

function AppleWallet() {
  return (
    <svg viewBox="0 0 34 26" className="purse" aria-hidden="true">
      <rect width="34" height="26" rx="5" fill="#f4f4f2" />
      <path d="M3 8V6a3 3 0 0 1 3-3h22a3 3 0 0 1 3 3v2z" fill="#4a9fd8" />
      <path d="M3 7h28v4H3z" fill="#f0b429" />
      <path d="M3 10h28v4H3z" fill="#5bb974" />
      <path d="M3 13h28v4H3z" fill="#e5604d" />
      <path
        d="M3 15h9c1 0 1.5.6 1.8 1.400a3.4 3.4 0 0 0 6.4 0c.300-.8.8-1.4 1.8-1.400h9v5a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3z"
        fill="#f4f4f2"
      />
    </svg>
  );
}

function GoogleWallet() {
  return (
    <svg viewBox="0 0 32 26" className="purse" aria-hidden="true">
      <path d="M4 8a4 4 0 0 1 4-4h16a4 4 0 0 1 4 4v6H4z" fill="#3ba55c" />
      <path d="M2 11a4 4 0 0 1 4-4h20a4 4 0 0 1 4 4v6H2z" fill="#f5b921" />
      <path d="M0 14a4 4 0 0 1 4-4h24a4 4 0 0 1 4 4v6H0z" fill="#e4513d" />
      <path d="M0 14.5 18.5 19.200a6 6 0 0 0 5-1L32 12v10a4 4 0 0 1-4 4H4a4 4 0 0 1-4-4z" fill="#4a86e8" />
    </svg>
  );
}
