import type { Estimate, Trigger, TriggerKind } from "../types";

type Names = Record<TriggerKind, { title: string; text: string; name: string }>;
const days = (n: number) => (n === 1 ? "1 día" : `${n} días`);
const daysEn = (n: number) => (n === 1 ? "1 day" : `${n} days`);

const kinds: Names = {
  inactivity: { title: "No vienen hace días", text: "Clientes que venían y dejaron de venir", name: "Te extrañamos" },
  near_reward: {
    title: "A pocos sellos de un premio",
    text: "Les falta muy poco y no han vuelto",
    name: "Ya casi llegas",
  },
  reward_unused: { title: "Premio sin recoger", text: "Ya ganaron y no lo han canjeado", name: "Tu premio te espera" },
  expiring: { title: "Se les vence algo", text: "Sellos o premios que están por vencer", name: "Se te vence" },
  birthday: { title: "Cumpleaños", text: "Solo quienes dijeron su día y mes", name: "Feliz cumpleaños" },
  milestone: {
    title: "Llegan a una visita redonda",
    text: "Para agradecer a los de siempre",
    name: "Gracias por volver",
  },
  segment: { title: "Una sola vez, a un grupo", text: "Elige un grupo de tus clientes de hoy", name: "Para ti" },
};

const es = {
  kinds,
  dials: {
    days_inactive: "Días sin venir",
    at_most_days: "Y no más de (días)",
    days_before: "Días antes del cumpleaños",
    visit: "En la visita número",
    missing: "Sellos que faltan",
    after_days: "Días después",
    before_days: "Días antes de que venza",
  } as Record<string, string>,
  bounds: (min: number, max: number) => `De ${min} a ${max}.`,
  what: "Qué se vence",
  whats: { both: "Sellos y premios", stamps: "Sellos", rewards: "Premios" },
  group: "Grupo",
  groups: {
    at_risk: "En riesgo",
    lost: "Perdidos",
    ready: "Con premio listo",
    active: "Al día",
    new: "Nuevos",
    once: "Con una sola visita",
    birthday: "Cumplen años esta semana",
  } as Record<string, string>,
  picked: "Los que elegiste",
  listing: (n: string) => `Armando la lista: ${n}…`,
  listed: (n: number, written: string) => (n === 1 ? "1 cliente en la lista" : `${written} clientes en la lista`),
  listFixed: "La lista quedó guardada y ya no cambia.",
  nobody: "Nadie en este grupo ahora.",
  /** The trigger as a sentence. */
  said: (trigger: Trigger | { kind: "segment"; customers: number }): string => {
    switch (trigger.kind) {
      case "inactivity":
        return `Cuando alguien lleva ${days(trigger.days_inactive ?? 14)} sin venir`;
      case "birthday":
        return trigger.days_before ? `${days(trigger.days_before)} antes de su cumpleaños` : "El día de su cumpleaños";
      case "milestone":
        return `El día de su visita número ${trigger.visit ?? 10}`;
      case "near_reward":
        return `Cuando le ${trigger.missing === 1 ? "falta 1 sello" : `faltan ${trigger.missing ?? 2} sellos o menos`} para un premio`;
      case "reward_unused":
        return `Cuando tiene un premio hace ${days(trigger.after_days ?? 7)} y no lo recoge`;
      case "expiring":
        return `${days(trigger.before_days ?? 7)} antes de que algo se le venza`;
      case "segment": {
        const n = "customers" in trigger ? trigger.customers : trigger.customer_ids.length;
        return n === 1 ? "Una sola vez, a 1 cliente" : `Una sola vez, a ${n} clientes`;
      }
    }
  },
  basis: {
    now: "Contado con tus clientes de hoy.",
    next_30_days: "En los próximos 30 días.",
    last_30_days: "Como habría sido en los últimos 30 días.",
  } satisfies Record<Estimate["basis"], string>,
};

const en: typeof es = {
  kinds: {
    inactivity: {
      title: "Have been away for days",
      text: "Customers who used to come and stopped",
      name: "We miss you",
    },
    near_reward: {
      title: "A few stamps from a reward",
      text: "Almost there, and have not come back",
      name: "Almost there",
    },
    reward_unused: {
      title: "Reward not collected",
      text: "They earned it and have not used it",
      name: "Your reward is waiting",
    },
    expiring: { title: "Something expires", text: "Stamps or rewards about to expire", name: "Before it expires" },
    birthday: { title: "Birthdays", text: "Only those who told day and month", name: "Happy birthday" },
    milestone: { title: "Reach a round visit", text: "To thank your regulars", name: "Thank you for coming back" },
    segment: { title: "Just once, to a group", text: "Choose a group of today's customers", name: "For you" },
  },
  dials: {
    days_inactive: "Days away",
    at_most_days: "And no more than (days)",
    days_before: "Days before the birthday",
    visit: "At visit number",
    missing: "Stamps missing",
    after_days: "Days after",
    before_days: "Days before it expires",
  },
  bounds: (min, max) => `From ${min} to ${max}.`,
  what: "What expires",
  whats: { both: "Stamps and rewards", stamps: "Stamps", rewards: "Rewards" },
  group: "Group",
  groups: {
    at_risk: "At risk",
    lost: "Lost",
    ready: "With a reward ready",
    active: "Up to date",
    new: "New",
    once: "With one visit only",
    birthday: "Birthday this week",
  },
  picked: "Those you picked",
  listing: (n) => `Making the list: ${n}…`,
  listed: (n, written) => (n === 1 ? "1 customer on the list" : `${written} customers on the list`),
  listFixed: "The list was saved and does not change any more.",
  nobody: "Nobody in this group now.",
  said: (trigger) => {
    switch (trigger.kind) {
      case "inactivity":
        return `When somebody has been away for ${daysEn(trigger.days_inactive ?? 14)}`;
      case "birthday":
        return trigger.days_before ? `${daysEn(trigger.days_before)} before their birthday` : "On their birthday";
      case "milestone":
        return `On the day of visit number ${trigger.visit ?? 10}`;
      case "near_reward":
        return `When they are ${trigger.missing === 1 ? "1 stamp" : `${trigger.missing ?? 2} stamps or fewer`} from a reward`;
      case "reward_unused":
        return `When a reward has waited for ${daysEn(trigger.after_days ?? 7)}`;
      case "expiring":
        return `${daysEn(trigger.before_days ?? 7)} before something expires`;
      case "segment": {
        const n = "customers" in trigger ? trigger.customers : trigger.customer_ids.length;
        return n === 1 ? "Just once, to 1 customer" : `Just once, to ${n} customers`;
      }
    }
  },
  basis: {
    now: "Counted with today's customers.",
    next_30_days: "In the next 30 days.",
    last_30_days: "As it would have been in the last 30 days.",
  },
};

export const texts = { es, en };
