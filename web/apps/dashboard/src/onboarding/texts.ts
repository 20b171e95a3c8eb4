import type { Texts } from "../texts";
import type { StepName } from "./steps";

type StepWords = { title: string; text: string; go: string; change: string; skip?: string };

const es = {
  heading: (left: number): string =>
    left === 1 ? "Te falta 1 paso para empezar" : `Te faltan ${left} pasos para empezar`,
  lead: "Puedes parar y seguir después: todo queda guardado.",
  title: "Para empezar",
  ready: (done: number, of: number) => `${done} de ${of} listos`,
  done: "Listo",
  preview: "Así verá su tarjeta tu primer cliente",
  noRules: "Tus premios aparecerán aquí.",
  next: (title: string) => `Sigue: ${title}`,
  blocked: { rules: "Primero, los premios", till: "Primero, la caja" } as Partial<Record<StepName, string>>,
  steps: {
    look: {
      title: "Dale tu estilo a la tarjeta",
      text: "Logo, dibujo y colores. La ves cambiar al lado.",
      go: "Elegir colores",
      change: "Cambiar",
      skip: "Dejarla así",
    },
    rules: {
      title: "Elige tus premios",
      text: "Cuántos sellos se juntan y qué se gana.",
      go: "Elegir premios",
      change: "Cambiar",
    },
    team: {
      title: "Agrega a quien atiende",
      text: "Cada persona con su PIN, para saber quién selló.",
      go: "Agregar persona",
      change: "Cambiar",
      skip: "Atiendo yo",
    },
    till: {
      title: "Abre la caja en el celular o la tablet",
      text: "Conecta el equipo del mostrador. Funciona sin señal.",
      go: "Conectar una caja",
      change: "Cambiar",
    },
    stamp: {
      title: "Date un sello de prueba",
      text: "Crea tu propia tarjeta y séllala en la caja.",
      go: "Crear mi tarjeta",
      change: "Ver",
      skip: "Lo haré después",
    },
    poster: {
      title: "Imprime tu afiche",
      text: "Tus clientes lo escanean y ya tienen su tarjeta.",
      go: "Ver mi afiche",
      change: "Ver",
    },
  } as Record<StepName, StepWords>,
};

type Words = typeof es;

const en: Words = {
  heading: (left) => (left === 1 ? "1 step to go" : `${left} steps to go`),
  lead: "You can stop and go on later: everything is kept.",
  title: "To begin",
  ready: (done, of) => `${done} of ${of} done`,
  done: "Done",
  preview: "How your first customer will see the card",
  noRules: "Your rewards will appear here.",
  next: (title) => `Next: ${title}`,
  blocked: { rules: "The rewards first", till: "The till first" },
  steps: {
    look: {
      title: "Give the card your style",
      text: "Logo, drawing and colours. You see it change beside them.",
      go: "Choose colours",
      change: "Change",
      skip: "Leave it as it is",
    },
    rules: {
      title: "Choose your rewards",
      text: "How many stamps to collect, and what they win.",
      go: "Choose rewards",
      change: "Change",
    },
    team: {
      title: "Add who serves",
      text: "Each person with a PIN, so you know who stamped.",
      go: "Add a person",
      change: "Change",
      skip: "I serve alone",
    },
    till: {
      title: "Open the till on a phone or tablet",
      text: "Connect the device at the counter. It works without a signal.",
      go: "Connect a till",
      change: "Change",
    },
    stamp: {
      title: "Give yourself a first stamp",
      text: "Make your own card and stamp it at the till.",
      go: "Make my card",
      change: "See",
      skip: "I will do it later",
    },
    poster: {
      title: "Print your poster",
      text: "Customers scan it and have their card.",
      go: "See my poster",
      change: "See",
    },
  },
};

export const texts: Texts<Words> = { es, en };
