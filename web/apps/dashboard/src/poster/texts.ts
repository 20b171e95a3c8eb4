import type { Texts } from "../texts";

const es = {
  title: "Tu afiche",
  lead: "Tus clientes lo escanean con la cámara y ya tienen su tarjeta. Imprímelo en A4 y ponlo donde se paga.",
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
  collect: (at: number): string => (at === 1 ? "Con tu primer sello:" : `Junta ${at} sellos.`),
  and: (at: number) => `Con ${at}:`,
  how: ["Escanea con tu cámara", "Pon tu nombre y celular", "Muestra tu tarjeta al pagar"],
  free: "Gratis y sin aplicación",
  noCamera: "¿Tu cámara no lo lee? Entra a",
  code: "Código QR del afiche",
  number: "Afiche",
};

type Words = typeof es;

const en: Words = {
  title: "Your poster",
  lead: "Customers scan it with their camera and have their card. Print it on A4 and put it where people pay.",
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
  collect: (at) => (at === 1 ? "With your first stamp:" : `Collect ${at} stamps.`),
  and: (at) => `With ${at}:`,
  how: ["Scan with your camera", "Give your name and mobile", "Show your card when you pay"],
  free: "Free, and no app needed",
  noCamera: "Camera cannot read it? Go to",
  code: "QR code of the poster",
  number: "Poster",
};

export const texts: Texts<Words> = { es, en };
