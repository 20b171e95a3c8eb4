import type { Body } from "@sello/api";

import type { Texts } from "../../texts";

type Kind = Body<"RequestForOwner">["kind"];
type State = Body<"RequestForOwner">["state"];
type Source = Body<"RequestForOwner">["source"];

const es = {
  customers: "Clientes",
  title: "Pedidos sobre sus datos",
  lead: "Lo que tus clientes piden sobre sus datos (Ley 29733). Cada pedido tiene un plazo en días hábiles.",
  note: (n: number, day: string) =>
    n === 1
      ? `Un pedido sobre sus datos espera tu respuesta hasta el ${day}.`
      : `${n} pedidos sobre sus datos esperan tu respuesta. El primero vence el ${day}.`,
  noteOverdue: (n: number) =>
    n === 1
      ? "Venció el plazo de un pedido sobre sus datos."
      : `Esperan ${n} pedidos sobre sus datos, y a uno se le venció el plazo.`,
  noteGo: "Responder",
  show: "Mostrar",
  waiting: "Por responder",
  all: "Todos",
  kinds: {
    access: "Quiere ver sus datos",
    rectification: "Quiere corregir sus datos",
    erasure: "Quiere que se borren sus datos",
    opposition: "No quiere que se usen para novedades",
  } satisfies Record<Kind, string>,
  help: {
    access: "Descarga sus datos en su página y entrégaselos; después respóndele aquí.",
    rectification: "Corrige lo que pide en su página; después respóndele aquí.",
    erasure: "Se cumple borrando sus datos en su página: eso responde el pedido.",
    opposition: "Al anotarlo dejó de recibir novedades. Solo falta responderle.",
  } satisfies Record<Kind, string>,
  states: {
    open: "Por responder",
    overdue: "Plazo vencido",
    granted: "Cumplido",
    refused: "Rechazado",
  } satisfies Record<State, string>,
  sources: { card: "desde su tarjeta", counter: "en el mostrador", owner: "lo anotó el local" } satisfies Record<
    Source,
    string
  >,
  due: (day: string) => `hasta el ${day}`,
  wasDue: (day: string) => `vencía el ${day}`,
  asked: (when: string, how: string) => `Lo pidió ${when}, ${how}`,
  answered: (when: string) => `Respondido ${when}`,
  erased: "Una persona que ya se borró",
  wish: (said: string) => `«${said}»`,
  answer: "Responder",
  answerTitle: "Responder el pedido",
  outcome: "Qué pasó con su pedido",
  granted: "Se cumplió",
  refused: "No se puede cumplir",
  words: "Tu respuesta",
  wordsHint: "La persona la verá en su tarjeta.",
  needWords: "Si no se puede cumplir, escribe por qué.",
  send: "Enviar respuesta",
  sent: "Pedido respondido",
  toPerson: "Ir a su página",
  askTitle: "Anotar un pedido suyo",
  askText: "El plazo corre desde ahora. Lo verá también en su tarjeta.",
  askKind: "Qué pide",
  askWish: "En sus palabras, si hace falta",
  askGo: "Anotar pedido",
  askDone: (day: string) => `Anotado: hay plazo hasta el ${day}`,
  cancel: "Cancelar",
  trouble: "No pudimos guardarlo. Nada se perdió; vuelve a intentar.",
  none: {
    title: "Nadie espera una respuesta",
    text: "Cuando un cliente pida ver, corregir o borrar sus datos desde su tarjeta, lo verás aquí con su plazo.",
  },
  noneEver: {
    title: "Todavía no hubo pedidos",
    text: "Cuando un cliente pida ver, corregir o borrar sus datos desde su tarjeta, lo verás aquí con su plazo.",
  },
  ofPerson: "Pedidos sobre sus datos",
  ofPersonNone: "No ha pedido nada.",
};

const en: typeof es = {
  customers: "Customers",
  title: "Requests about their data",
  lead: "What your customers ask about their data (Law 29733). Each request has a time limit in working days.",
  note: (n, day) =>
    n === 1
      ? `A request about personal data waits for your answer until ${day}.`
      : `${n} requests about personal data wait for your answer. The first is due on ${day}.`,
  noteOverdue: (n) =>
    n === 1
      ? "A request about personal data is past its time limit."
      : `${n} requests about personal data wait, and one is past its time limit.`,
  noteGo: "Answer",
  show: "Show",
  waiting: "To answer",
  all: "All",
  kinds: {
    access: "Wants to see their data",
    rectification: "Wants their data corrected",
    erasure: "Wants their data erased",
    opposition: "Does not want them used for news",
  },
  help: {
    access: "Download their data on their page and hand them over; then answer here.",
    rectification: "Correct what they ask for on their page; then answer here.",
    erasure: "It is granted by erasing their data on their page: that answers the request.",
    opposition: "Since it was noted they get no news. Only the answer is missing.",
  },
  states: { open: "To answer", overdue: "Overdue", granted: "Granted", refused: "Refused" },
  sources: { card: "from their card", counter: "at the counter", owner: "noted by the shop" },
  due: (day) => `until ${day}`,
  wasDue: (day) => `was due on ${day}`,
  asked: (when, how) => `Asked ${when}, ${how}`,
  answered: (when) => `Answered ${when}`,
  erased: "Somebody who is erased by now",
  wish: (said) => `“${said}”`,
  answer: "Answer",
  answerTitle: "Answer the request",
  outcome: "What became of their request",
  granted: "It was granted",
  refused: "It cannot be granted",
  words: "Your answer",
  wordsHint: "They will see it on their card.",
  needWords: "If it cannot be granted, write why.",
  send: "Send answer",
  sent: "Request answered",
  toPerson: "Go to their page",
  askTitle: "Note a request of theirs",
  askText: "Its time limit runs from now on. They see it on their card, too.",
  askKind: "What they ask for",
  askWish: "In their words, if needed",
  askGo: "Note request",
  askDone: (day) => `Noted: it is due until ${day}`,
  cancel: "Cancel",
  trouble: "We could not save it. Nothing was lost; try again.",
  none: {
    title: "Nobody waits for an answer",
    text: "When a customer asks on their card to see, correct or erase their data, you will see it here with its time limit.",
  },
  noneEver: {
    title: "No requests so far",
    text: "When a customer asks on their card to see, correct or erase their data, you will see it here with its time limit.",
  },
  ofPerson: "Requests about their data",
  ofPersonNone: "They have not asked for anything.",
};

export const texts: Texts<typeof es> = { es, en };
