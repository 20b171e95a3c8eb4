import { createContext, useContext } from "react";

export type Language = "es" | "en";

/** The language of the words that the parts bring themselves. */
export const LanguageContext = createContext<Language>("es");

const es = {
  close: "Cerrar",
  cancel: "Cancelar",
  undo: "Deshacer",
  loading: "Cargando",
  retry: "Intentar de nuevo",
  trouble: "No pudimos traer esto",
  troubleText: "No se perdió nada. Suele durar menos de un minuto.",
  noSignal: "No hay conexión",
  noSignalText: "No se perdió nada. Cuando vuelva la señal, inténtalo otra vez.",
  code: "Si nos escribes, dinos:",
  remove: (what: string) => `Quitar ${what}`,
  clear: "Borrar lo escrito",
  show: "Ver la contraseña",
  copy: "Copiar",
  copied: "Copiado",
  more: "Ver más",
  shown: (shown: string, total: string) => `${shown} de ${total}`,
  busy: "Un momento",
  notices: "Mensajes",
  nothing: "Nada con esas letras.",
  keys: { choose: "elegir", open: "abrir", close: "cerrar" },
  limits: {
    empty: () => "Falta esto.",
    short: (least: number) => `Son ${least} letras o más.`,
    long: (most: number) => `Son ${most} letras como mucho.`,
    low: (least: number) => `El menor es ${least}.`,
    high: (most: number) => `El mayor es ${most}.`,
    form: () => "Revisa cómo está escrito.",
  },
};

const en: typeof es = {
  close: "Close",
  cancel: "Cancel",
  undo: "Undo",
  loading: "Loading",
  retry: "Try again",
  trouble: "We could not load this",
  troubleText: "Nothing was lost. It usually lasts less than a minute.",
  noSignal: "You are offline",
  noSignalText: "Nothing was lost. Try again once you have a signal.",
  code: "If you write to us, mention:",
  remove: (what) => `Remove ${what}`,
  clear: "Clear what was typed",
  show: "Show the password",
  copy: "Copy",
  copied: "Copied",
  more: "Show more",
  shown: (shown, total) => `${shown} of ${total}`,
  busy: "One moment",
  notices: "Messages",
  nothing: "Nothing with these letters.",
  keys: { choose: "choose", open: "open", close: "close" },
  limits: {
    empty: () => "This is missing.",
    short: (least) => `It has ${least} characters or more.`,
    long: (most) => `It has ${most} characters at most.`,
    low: (least) => `The lowest is ${least}.`,
    high: (most) => `The highest is ${most}.`,
    form: () => "Check how it is written.",
  },
};

/** The parts' own words in the language of the page. */
export function useWords(): typeof es {
  return useContext(LanguageContext) === "en" ? en : es;
}
