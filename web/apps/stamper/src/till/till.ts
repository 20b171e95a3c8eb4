/** This machine as a till of a shop: its credential lies in a cookie no script can read, its token in this page alone. */
import type { Body } from "@sello/api";
import { Refusal, type Till, type TillState } from "../contracts";
import type { Database } from "../database";
import type { Ask } from "../line/ask";
import { inTurn } from "../queue/alone";
import { kept } from "../watched";

type Tokens = Body<"TillTokens">;
type Known = { deviceId: string; businessId: string };

const FACT = "till";
const MARGIN = 60_000; // ms before its end from which a token is not begun with

export type Parts = {
  database: Database;
  ask: Ask;
  /** Forget whatever is of this shop's people. */
  wipe: (loseWaiting: boolean) => Promise<boolean>;
  tell: () => void;
};

/** `look`: read again who we are, as after news from another window. */
export async function openTill(parts: Parts): Promise<Till & { look: () => Promise<void>; drop: () => void }> {
  const { database, ask } = parts;
  const state = kept<TillState>({ is: "opening" });
  let held: { token: string; ends: number } | null = null;

  const known = () => database.run(async (db) => (await db.get("facts", FACT)) as Known | undefined);
  const keep = (value: Known) => database.run((db) => db.put("facts", value, FACT));
  const take = (tokens: Tokens) => {
    held = { token: tokens.access_token, ends: Date.now() + 1000 * tokens.expires_in - MARGIN };
    state.write({ is: "ready", deviceId: tokens.device_id, businessId: tokens.business_id });
  };
  const fresh = () => (held && held.ends > Date.now() ? held.token : null);
  const look = async () => {
    const now = await known();
    const before = state.read();
    if (!now) {
      held = null;
      state.write({ is: "none" });
    } else if (before.is === "opening" || before.is === "none" || before.businessId !== now.businessId) {
      held = null;
      state.write({ is: "ready", ...now });
    }
  };

  /** In turn among windows: a credential shown twice at once looks like one that was stolen. */
  const renew = async () => {
    const before = await known();
    try {
      const { body } = await ask<Tokens>("POST", "/api/v1/auth/devices/renewals");
      if (!body) throw new Error("a renewal without tokens");
      take(body);
      if (before?.deviceId !== body.device_id || before.businessId !== body.business_id)
        await keep({ deviceId: body.device_id, businessId: body.business_id });
      return body.access_token;
    } catch (error) {
      if (error instanceof Refusal && before && error.status !== 429)
        state.write({ is: "ended", ...before, code: error.code });
      throw error;
    }
  };

  await look().catch(() => state.write({ is: "none" })); // the disk's trouble is told by whoever opened it
  return {
    state,
    look,
    /** The token was refused: ask for another one. */
    drop: () => {
      held = null;
    },
    token: async () => {
      if (state.read().is === "none") throw new Refusal("device_ended", "", 401, {});
      return fresh() ?? inTurn("sello-till", async () => fresh() ?? renew());
    },
    enrolled: async (tokens) => {
      await keep({ deviceId: tokens.device_id, businessId: tokens.business_id });
      take(tokens);
      parts.tell();
      // Asked for now that somebody has decided to work here; where it is refused the list is still on the disk.
      if ("storage" in navigator) void navigator.storage.persist().catch(() => false);
    },
    signOut: async ({ loseWaiting }) => {
      if (!(await parts.wipe(loseWaiting))) return false;
      held = null;
      await database.run((db) => db.clear("facts"));
      state.write({ is: "none" });
      parts.tell();
      return true;
    },
  };
}
