import type { Texts } from "../texts";

const es = {
  title: "Tu afiche",
  lead: "Tus clientes lo escanean con la cámara y ya tienen su tarjeta. Imprímelo en A4 para la pared o para la mesa.",
  making: "Estamos preparando tu afiche. Tarda unos segundos.",
  made: (when: string) => `Hecho ${when}. Si cambias tu local o tus reglas, se hace otro solo.`,
  open: "Abrir para imprimir",
  download: "Bajar PDF",
  noRules: "Primero elige tus premios",
  noRulesText: "El afiche dice qué se gana. En cuanto guardes tus reglas, aquí estará.",
  rules: "Elegir premios",
  tips: "Para que lo escaneen",
  tipList: [
    "Imprímelo al 100 %, sin ajustar a la página.",
    "Ponlo a la altura de los ojos, donde se hace la cola.",
    "Pruébalo tú: apunta tu cámara desde un metro.",
  ],
  link: "Dirección de este afiche",
  linkHint: "Para compartir por WhatsApp. Sabrás cuántos llegaron por el afiche.",
  former: "Los afiches que ya pegaste siguen sirviendo.",
  preview: (shop: string) => `Vista previa del afiche de ${shop}`,
  papers: "Qué quieres imprimir",
  wall: "Para la pared",
  table: "Para la mesa",
  design: "Diseño",
  designs: {
    band: { name: "Banda", text: "Tus dos colores, grande y directo." },
    ring: { name: "Sello", text: "El código dentro de un sello." },
    card: { name: "Tarjeta", text: "Muestra la tarjeta que se llevan." },
    paper: { name: "Ahorra tinta", text: "Blanco y negro, para cualquier impresora." },
  },
  tentTips: "Para armarlo",
  tentTipList: [
    "Imprímelo al 100 %, mejor en cartulina.",
    "Dobla por las tres líneas de puntos.",
    "Pega la pestaña por dentro: se para solo y se lee de los dos lados.",
  ],
  tentLink: "Dirección de este aviso de mesa",
  file: "afiche",
  tentFile: "mesa",
  previewTent: (shop: string) => `Vista previa del aviso de mesa de ${shop}`,
};

type Words = typeof es;

const en: Words = {
  title: "Your poster",
  lead: "Customers scan it with their camera and have their card. Print it on A4 for the wall or for a table.",
  making: "We are making your poster. It takes a few seconds.",
  made: (when) => `Made ${when}. When your shop or your rules change, another is made by itself.`,
  open: "Open to print",
  download: "Download the PDF",
  noRules: "Choose your rewards first",
  noRulesText: "The poster says what there is to win. Once your rules are saved, it will be here.",
  rules: "Choose rewards",
  tips: "So that people scan it",
  tipList: [
    "Print it at 100 %, not fitted to the page.",
    "Hang it at eye level, where people queue.",
    "Try it yourself: point your camera from a metre away.",
  ],
  link: "Address of this poster",
  linkHint: "To share by WhatsApp. You will know how many came by the poster.",
  former: "Posters that hang already go on working.",
  preview: (shop) => `Preview of the poster of ${shop}`,
  papers: "What to print",
  wall: "For the wall",
  table: "For the table",
  design: "Design",
  designs: {
    band: { name: "Band", text: "Your two colours, large and direct." },
    ring: { name: "Stamp", text: "The code inside a stamp." },
    card: { name: "Card", text: "Shows the card that people get." },
    paper: { name: "Little ink", text: "Black and white, for any printer." },
  },
  tentTips: "How to put it together",
  tentTipList: [
    "Print it at 100 %, on card if you can.",
    "Fold along the three dotted lines.",
    "Glue the flap inside: it stands by itself and is read from both sides.",
  ],
  tentLink: "Address of this table tent",
  file: "poster",
  tentFile: "table",
  previewTent: (shop) => `Preview of the table tent of ${shop}`,
};

export const texts: Texts<Words> = { es, en };
