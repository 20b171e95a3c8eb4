const es = {
  title: "Campañas",
  lead: "Mensajes de WhatsApp que salen solos, a quien corresponde y una sola vez.",
  running: (n: number) => (n === 1 ? "1 campaña en marcha" : `${n} campañas en marcha`),
  fresh: "Nueva campaña",
  templates: "Plantillas",
  caption: "Tus campañas",
  group: "Estado",
  groups: { all: "Todas", active: "En marcha", draft: "Borradores", paused: "En pausa", ended: "Terminadas" },
  states: { draft: "borrador", active: "en marcha", paused: "en pausa", ended: "terminada" },
  columns: { name: "Campaña", state: "Estado", sent: "Enviados", read: "Leídos", waiting: "Por salir", spent: "Gasto" },
  empty: "Aquí estarán tus campañas",
  emptyText:
    "Una campaña le escribe por WhatsApp a quien dejó de venir, a quien le falta poco para un premio o a quien cumple años. Tú eliges a quién, cuándo y qué; sello cuida que nadie reciba más de una por semana.",
  none: "Ninguna en este estado",
  showAll: "Ver todas",
  pooled: "¿Sirven tus campañas?",
  pooledWhat: "Todas juntas: quienes recibieron mensaje frente a quienes quedaron aparte.",
};

const en: typeof es = {
  title: "Campaigns",
  lead: "WhatsApp messages that go out by themselves, to the right people and only once.",
  running: (n) => (n === 1 ? "1 campaign running" : `${n} campaigns running`),
  fresh: "New campaign",
  templates: "Templates",
  caption: "Your campaigns",
  group: "State",
  groups: { all: "All", active: "Running", draft: "Drafts", paused: "Paused", ended: "Ended" },
  states: { draft: "draft", active: "running", paused: "paused", ended: "ended" },
  columns: { name: "Campaign", state: "State", sent: "Sent", read: "Read", waiting: "To go out", spent: "Spent" },
  empty: "Your campaigns will be here",
  emptyText:
    "A campaign writes on WhatsApp to those who stopped coming, who are close to a reward or whose birthday it is. You choose who, when and what; sello makes sure nobody gets more than one a week.",
  none: "None in this state",
  showAll: "See all",
  pooled: "Do your campaigns work?",
  pooledWhat: "All of them together: those who got a message against those set aside.",
};

export const texts = { es, en };
