import { en as enSentences } from "./en";
import { es as esSentences } from "./es";

const es = {
  ...esSentences,
  title: "Registro",
  lead: "Todo lo que se hizo en tu local: quién, qué y cuándo. Nadie puede cambiarlo.",
  who: "Quién",
  everybody: "Todos",
  what: "Qué",
  everything: "Todo",
  from: "Desde",
  to: "Hasta",
  clear: "Quitar filtros",
  when: "Cuándo",
  done: "Qué pasó",
  platform: "La plataforma",
  reason: (words: string) => `Motivo: ${words}`,
  customer: "Ver cliente",
  unknown: (action: string) => `Se registró algo: ${action}`,
  more: "Ver más",
  loading: "Cargando…",
  nothing: "Todavía no hay nada",
  nothingText: "Cuando alguien invite, cierre una caja o anule un sello, quedará anotado aquí.",
  noneFits: "Nada con estos filtros",
  noneFitsText: "Prueba con otras fechas o con otra persona.",
  end: "Hasta aquí llega el registro.",
};
export type Texts = typeof es;

const en: Texts = {
  ...enSentences,
  title: "Log",
  lead: "Everything that was done at your shop: who, what and when. Nobody can change it.",
  who: "Who",
  everybody: "Everybody",
  what: "What",
  everything: "Everything",
  from: "From",
  to: "To",
  clear: "Clear filters",
  when: "When",
  done: "What happened",
  platform: "The platform",
  reason: (words) => `Reason: ${words}`,
  customer: "See customer",
  unknown: (action) => `Something was recorded: ${action}`,
  more: "Show more",
  loading: "Loading…",
  nothing: "Nothing yet",
  nothingText: "When somebody is invited, a till is closed or a stamp is voided, it is written down here.",
  noneFits: "Nothing with these filters",
  noneFitsText: "Try other dates or another person.",
  end: "This is where the log begins.",
};

export const texts = { es, en };
