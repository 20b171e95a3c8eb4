const es = {
  title: "Mensajes de WhatsApp",
  none: "Todavía no se le escribió.",
  reply: "Respuesta",
  replies: {
    opted_out: "Confirmamos que no recibirá más",
    opted_in: "Confirmamos que vuelve a recibir",
    card: "Le enviamos su tarjeta",
    help: "Le explicamos qué puede escribir",
    confirmed: "Confirmó su tarjeta por WhatsApp",
  } as Record<string, string>,
  clicked: "tocó el enlace",
  code: (code: string) => `código ${code}`,
  used: "usado",
  why: "Por qué le llega o no cada campaña",
  got: "Fue elegido para recibirla",
  not: "No le toca",
};

const en: typeof es = {
  title: "WhatsApp messages",
  none: "Nothing was written to them yet.",
  reply: "Answer",
  replies: {
    opted_out: "We confirmed that they get no more",
    opted_in: "We confirmed that they get them again",
    card: "We sent them their card",
    help: "We explained what they can write",
    confirmed: "Confirmed their card by WhatsApp",
  },
  clicked: "tapped the link",
  code: (code) => `code ${code}`,
  used: "used",
  why: "Why each campaign reaches them or not",
  got: "Was chosen to get it",
  not: "It is not their turn",
};

export const texts = { es, en };
