/**
 * Who stands at the till. By PIN: with a signal the server judges it, without one this machine does, by what it saw.
 *
 * The session of a PIN is kept by the stamper itself (`X-Client: api`): in the cookie it would replace the one of an
 * owner who has the dashboard open in the same browser. It is worth little: staff's powers, on this till, for 12 hours.
 */
import { api, bearer, hearRefusals, said } from "../api";
import { NoAnswer, Refusal, type Roster, type Signal, type StaffSeen, type Till } from "../contracts";
import { type Kept, kept, type Watched } from "../watched";

const PLACE = "sello-staff";
const MARGIN = 60_000;

export type Person = StaffSeen & { since: string };
/** `till`: where the session was begun; at another one it is nobody's. */
type Session = Person & { refresh: string | null; till?: string };

/** `ended`: the code of why nobody stands there any more. */
export type Standing = { person: Person | null; ended: string | null };

export class Staff {
  private readonly state: Kept<Standing>;
  private access: { token: string; until: number } | null = null;
  /** Typed without a signal: shown to the server as soon as it answers, and never written down. */
  private owed: string | null = null;

  constructor(
    private readonly till: Till,
    private readonly roster: Roster,
    private readonly signal: Signal,
  ) {
    this.state = kept<Standing>({ person: read(), ended: null });
    hearRefusals((code) => {
      if (code === "unauthenticated") this.access = null; // asked for anew, or told why not
      if (code === "membership_ended" || code === "session_ended") this.end(code, this.state.read().person?.accountId);
    });
    window.addEventListener("storage", (event) => {
      if (event.key !== PLACE) return;
      this.access = null;
      this.state.write({ person: read(), ended: null }); // another window switched
    });
    till.state.watch(() => this.moved());
    this.moved();
  }

  get standing(): Watched<Standing> {
    return this.state;
  }

  /** Switch to somebody; throws `Refusal` (its sentence is for people) or `NoAnswer` when only the server can tell. */
  async signIn(who: StaffSeen, pin: string): Promise<void> {
    try {
      await this.prove(who, pin);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      await this.judge(who, pin);
    }
  }

  /** The access token of whoever stands there; throws `Refusal` when they no longer may, `NoAnswer` without a signal. */
  async token(): Promise<string> {
    if (this.access && this.access.until > Date.now() + MARGIN) return this.access.token;
    const session = read();
    if (!session) throw new Refusal("session_ended", "", 401, {});
    try {
      return await navigator.locks.request("sello-staff", () => this.renew());
    } catch (error) {
      if (error instanceof Refusal) this.end(error.code, session.accountId);
      throw error;
    }
  }

  /** Nobody stands there, because of this code; `forget` names somebody whose PIN is not trusted here any more. */
  end(why: string | null, forget?: string): void {
    localStorage.removeItem(PLACE);
    this.access = null;
    this.owed = null;
    if (forget) void this.roster.forgetPin(forget);
    this.state.write({ person: null, ended: why });
  }

  /** Sign whoever stands there out, at the server too when it answers. */
  async leave(): Promise<void> {
    const refresh = read()?.refresh;
    this.end(null);
    if (!refresh) return;
    const body = { refresh_token: refresh };
    await said(api.POST("/api/v1/auth/logout", { body, headers: { "X-Client": "api" } })).catch(() => null);
  }

  /** The machine was enrolled anew: the session was the former till's, and the new one waits for a PIN. */
  private moved(): void {
    const begun = read()?.till;
    if (begun !== undefined && this.here() !== undefined && this.here() !== begun) this.end(null);
  }

  private here(): string | undefined {
    const till = this.till.state.read();
    return till.is === "ready" ? till.deviceId : undefined;
  }

  private async prove(who: StaffSeen, pin: string): Promise<string> {
    const till = await this.till.token();
    const body = { account_id: who.accountId, pin };
    let tokens;
    try {
      tokens = await said(api.POST("/api/v1/auth/pin", { body, headers: { ...bearer(till), "X-Client": "api" } }));
    } catch (error) {
      if (error instanceof Refusal && error.code === "pin_wrong") await this.roster.forgetPin(who.accountId);
      throw error;
    }
    await this.roster.rememberPin(who, pin);
    this.take(who, tokens);
    return tokens.access_token;
  }

  private async judge(who: StaffSeen, pin: string): Promise<void> {
    const verdict = await this.roster.checkPin(who.accountId, pin);
    if (verdict === "unknown") throw new NoAnswer();
    if (verdict !== "ok") throw new Refusal(verdict === "locked" ? "offline_locked" : "offline_wrong", "", 401, {});
    this.owed = pin;
    this.access = null;
    this.stand({ ...who, since: this.signal.now().toISOString(), refresh: null });
  }

  private async renew(): Promise<string> {
    const session = read(); // another window may have been quicker
    if (!session) throw new Refusal("session_ended", "", 401, {});
    if (session.refresh === null) {
      if (this.owed === null) throw new Refusal("session_ended", "", 401, {});
      return this.prove(session, this.owed);
    }
    const body = { refresh_token: session.refresh };
    const tokens = await said(api.POST("/api/v1/auth/refresh", { body, headers: { "X-Client": "api" } }));
    this.take(session, tokens, session.since);
    return tokens.access_token;
  }

  private take(
    who: StaffSeen,
    tokens: { access_token: string; expires_in: number; refresh_token?: string | null },
    since = this.signal.now().toISOString(),
  ): void {
    this.access = { token: tokens.access_token, until: Date.now() + tokens.expires_in * 1000 };
    this.owed = null;
    const { accountId, name } = who;
    this.stand({ accountId, name, since, refresh: tokens.refresh_token ?? null });
  }

  private stand(session: Session): void {
    const before = this.state.read().person;
    const till = this.here() ?? read()?.till;
    localStorage.setItem(PLACE, JSON.stringify(till === undefined ? session : { ...session, till }));
    if (before?.accountId === session.accountId && before.since === session.since) return;
    const { accountId, name, since } = session;
    this.state.write({ person: { accountId, name, since }, ended: null });
  }
}

function read(): Session | null {
  try {
    const text = localStorage.getItem(PLACE);
    return text ? (JSON.parse(text) as Session) : null;
  } catch {
    return null; // nothing is remembered here: a PIN each time
  }
}
