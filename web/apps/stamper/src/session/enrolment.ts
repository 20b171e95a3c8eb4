/** Making this machine a till, once, by a code of the owner's. */
import { api, said } from "../api";
import { Refusal, type Till } from "../contracts";
import { newId } from "../parts/ids";

const KEY = "sello-till-id";

/** The code in the address the owner's QR leads to (`/stamp#code=…`); it leaves the address, which may be shared. */
export function codeInAddress(): string | null {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (code !== null) history.replaceState(history.state, "", location.pathname + location.search);
  return code;
}

/** What was typed, as a code: `ABCDE FGHJK`, whatever stood between; letters that are easily confused are meant. */
export function tidyCode(typed: string): string {
  return typed
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, "")
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1")
    .replaceAll("U", "V")
    .slice(0, 10);
}

/** Enrol with a code; asked again after a lost answer, it is the same machine. Throws `Refusal` or `NoAnswer`. */
export async function enrol(till: Till, code: string, now: Date): Promise<void> {
  const id = localStorage.getItem(KEY) ?? newId(now);
  localStorage.setItem(KEY, id);
  try {
    await till.enrolled(await said(api.POST("/api/v1/auth/devices", { body: { code, id } })));
  } catch (error) {
    if (error instanceof Refusal) localStorage.removeItem(KEY);
    throw error;
  }
  localStorage.removeItem(KEY);
}
