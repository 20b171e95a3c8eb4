import { describe, expect, test } from "vitest";
import type { Entry } from "../contracts";
import { texts } from "./texts";
import { refused, viewOf } from "./view";

const t = texts.es;
const NOW = new Date("2026-11-23T23:05:00Z");
const STEPS = [
  { at: 5, title: "Café gratis" },
  { at: 10, title: "Almuerzo gratis" },
];
const FACTS = { online: true, steps: STEPS, now: NOW, waited: false };

function entry(part: Partial<Entry> = {}): Entry {
  return {
    id: "1",
    label: "Ana",
    at: NOW.toISOString(),
    givenBy: "diego",
    stamps: 1,
    target: { cardId: "card" },
    state: "waiting",
    goodUntil: NOW.toISOString(),
    seen: false,
    ...part,
  };
}

function counted(balance: number, part: Partial<NonNullable<Entry["answer"]>> = {}): Entry {
  const answer = {
    id: "1",
    card_id: "card",
    customer_id: "ana",
    customer_name: "Ana",
    balance,
    of: 10,
    seq: 1,
    occurred_at: NOW.toISOString(),
    rewards: [],
    stamps: 1,
    factor: 1,
    stamps_until: null,
    ...part,
  };
  return entry({ state: "done", answer });
}

describe("a stamp that was counted", () => {
  test("says how many and what comes next", () => {
    const view = viewOf(counted(8), FACTS, t);
    expect(view).toMatchObject({ look: "ok", tone: "ok", share: 80, segments: 10, title: "Ana", what: "Sellado" });
    expect(view.figure).toEqual({ big: "8", of: "de 10" });
    expect(view.text).toBe("Le faltan 2 para Almuerzo gratis");
    expect(viewOf(counted(4), FACTS, t).text).toBe("Le falta 1 para Café gratis");
  });

  test("that earned a reward sounds and reads like one", () => {
    const rewards = [{ id: "r", title: "Café gratis", threshold: 5 }];
    expect(viewOf(counted(5, { rewards }), FACTS, t)).toMatchObject({ tone: "gift", text: "Ganó: Café gratis" });
  });

  test("that filled the card shows it full, though a new one has begun", () => {
    const rewards = [{ id: "r", title: "Almuerzo gratis", threshold: 10 }];
    expect(viewOf(counted(0, { rewards }), FACTS, t)).toMatchObject({ figure: { big: "10", of: "de 10" }, share: 100 });
  });

  test("in a happy hour says what it counts for", () => {
    expect(viewOf(counted(2, { factor: 2, stamps: 2 }), FACTS, t).what).toBe("Sellado. Hora feliz: vale por 2");
    expect(viewOf(counted(3, { stamps: 3 }), FACTS, t).what).toBe("Sellado. 3 sellos");
  });

  test("on a card of many stamps has a whole ring", () => {
    expect(viewOf(counted(8, { of: 40 }), FACTS, t)).not.toHaveProperty("segments");
  });
});

describe("a stamp that waits", () => {
  test("is being sent at first, then kept, and kept at once without a signal", () => {
    expect(viewOf(entry({ state: "sending" }), FACTS, t)).toMatchObject({ look: "busy", tone: null });
    expect(viewOf(entry(), { ...FACTS, waited: true }, t)).toMatchObject({ look: "wait", what: t.answer.keptOnline });
    expect(viewOf(entry({ stamps: 3 }), { ...FACTS, online: false }, t)).toMatchObject({
      look: "wait",
      what: t.answer.kept,
      figure: { big: "+3", of: "en espera" },
    });
  });

  test("for its card to be confirmed says so; for anything else, why", () => {
    const pending = { code: "card_pending", message: "La tarjeta espera confirmación" };
    expect(viewOf(entry({ refusal: pending }), FACTS, t)).toMatchObject({ look: "no", title: "Falta confirmar" });
    const rules = { code: "giver_unknown", message: "Quien dio el sello nunca inició sesión en esta caja." };
    expect(viewOf(entry({ refusal: rules }), FACTS, t)).toMatchObject({ look: "wait", text: rules.message });
  });
});

describe("a refusal", () => {
  test("that time heals shows the minutes, its ring the clock", () => {
    const until = new Date(NOW.getTime() + 18 * 60_000).toISOString();
    const view = refused(
      { code: "cooldown", message: "Muy pronto: el próximo a las 18:23.", details: { until } },
      NOW,
      t,
    );
    expect(view).toMatchObject({ figure: { big: "18", of: "min más" }, title: "Muy pronto", look: "no" });
    expect(view.text).toBe("El próximo a las 18:23.");
    expect(view.share).toBeCloseTo(40);
  });

  test("keeps the server's sentence where we know no better", () => {
    expect(refused({ code: "card_cap", message: "Ya recibió sus 5 sellos de hoy." }, NOW, t)).toMatchObject({
      title: "Tope de hoy",
      text: "Ya recibió sus 5 sellos de hoy.",
    });
    expect(refused({ code: "never_heard_of", message: "Algo." }, NOW, t)).toMatchObject({
      title: "No se selló",
      text: "Algo.",
    });
  });

  test("of a reward does not speak of stamps", () => {
    expect(refused({ code: "reward_redeemed", message: "Ya lo entregó Mía." }, NOW, t).what).toBe("No se entregó");
  });
});

test("every refusal has its words in both languages", () => {
  expect(Object.keys(texts.en.refusals).sort()).toEqual(Object.keys(texts.es.refusals).sort());
});
