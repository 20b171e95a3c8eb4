import type { Body } from "@sello/api";

export type Answer = Body<"Answer">;
export type Why = Answer["why"];
export type Event = Body<"WalletEvent">;
type Said = { title: string; text: string; todo?: string };

const es = {
  kinds: { apple: "Apple Wallet", google: "Billetera de Google" },
  sides: { apple: "Apple", google: "Google" },
  states: { current: "al día", waiting: "en camino", stuck: "atrasada", absent: "no la tiene", over: "terminó" },
  since: (when: string) => `desde ${when}`,
  quote: (side: string, said: string) => `${side} dijo: «${said}»`,
  phone: "El celular",
  told: { title: "Acabamos de avisar al celular", text: "Suele pedir el cambio en segundos." },
  why: {
    current: { title: "Muestra lo último", text: "El celular tiene todos los movimientos de su tarjeta." },
    voided: {
      title: "Esta tarjeta terminó",
      text: "Se borraron los datos de su dueña o dueño, o el local cerró. En el celular sale en gris.",
    },
    noting: { title: "El cambio va en camino", text: "Acaba de pasar. Suele llegar en segundos." },
    sending: { title: "El cambio va en camino", text: "Está saliendo. Suele llegar en segundos." },
    queue_late: {
      title: "Vamos con retraso nosotros",
      text: "El cambio espera en nuestra cola más de lo normal. No se pierde y sale solo.",
      todo: "Si sigue así en una hora, avisa a quien lleva la plataforma.",
    },
    retrying: {
      title: "Lo estamos intentando otra vez",
      text: "El otro lado no respondió. Seguimos probando y no se pierde nada.",
    },
    never_added: {
      title: "No terminó de agregarla",
      text: "La tarjeta se descargó y ningún iPhone la pidió después: no tocó «Agregar», o ese iPhone tiene apagadas las actualizaciones.",
      todo: "Pídele que abra su tarjeta y toque otra vez «Agregar a Apple Wallet».",
    },
    updates_off: {
      title: "Su iPhone dejó de pedirla",
      text: "Quitó la tarjeta, o apagó «Actualizaciones automáticas». Si todavía la tiene, muestra un número viejo.",
      todo: "Para encenderlas: la tarjeta, los tres puntos, «Detalles del pase», «Actualizaciones automáticas».",
    },
    phone_gone: {
      title: "Apple ya no conoce ese celular",
      text: "Cambió de celular, lo borró o quitó la tarjeta.",
      todo: "En el celular nuevo: abrir su tarjeta y tocar «Agregar a Apple Wallet».",
    },
    too_many_phones: {
      title: "Está en más de 20 celulares",
      text: "Una tarjeta se actualiza en 20 celulares; los más antiguos quedaron fuera.",
    },
    certificate_ended: {
      title: "Venció el certificado de Apple",
      text: "Mientras no se renueve, ninguna tarjeta se actualiza en los iPhone. Las que ya están ahí no se borran.",
      todo: "Avisa a quien lleva la plataforma.",
    },
    certificate_missing: {
      title: "Falta el certificado de Apple",
      text: "No está instalado el certificado con el que salió esta tarjeta, así que no se puede firmar de nuevo.",
      todo: "Avisa a quien lleva la plataforma.",
    },
    push_refused: {
      title: "Apple no acepta nuestros avisos",
      text: "El celular no sabe que hay un cambio. Puede tardar un día en preguntar por su cuenta.",
      todo: "Avisa a quien lleva la plataforma.",
    },
    phone_silent: {
      title: "El celular todavía no responde",
      text: "Le avisamos y no ha preguntado: está apagado, sin señal o ahorrando batería. Se pone al día solo cuando vuelva.",
    },
    listed_only: {
      title: "El celular sabe del cambio y no lo bajó",
      text: "Suele ser mala señal. Lo intenta otra vez por su cuenta.",
    },
    phone_complains: {
      title: "El celular dice que algo anda mal",
      text: "Bajó la tarjeta y no la aceptó. Esto es lo que reportó.",
      todo: "Pásale este texto a quien lleva la plataforma.",
    },
    not_saved: {
      title: "No la guardó",
      text: "Abrió la página de Google y no tocó «Guardar», o todavía no lo sabemos.",
      todo: "Pídele que abra su tarjeta y toque «Agregar a la Billetera de Google».",
    },
    removed: { title: "La quitó de su billetera", text: "Su tarjeta web sigue funcionando igual." },
    google_refused: {
      title: "Google no aceptó el cambio",
      text: "No se intenta otra vez hasta el próximo movimiento.",
      todo: "Pásale este texto a quien lleva la plataforma.",
    },
  } satisfies Record<Why, Said> as Record<Why, Said>,
  events: {
    issued: "Se hizo la tarjeta",
    registered: "Un celular la agregó",
    unregistered: "Un celular dejó de pedirla",
    noted: "Hubo un cambio que mostrar",
    pushed: "Avisamos al celular",
    push_failed: "No pudimos avisar al celular",
    listed: "El celular preguntó qué cambió",
    fetched: "El celular bajó la tarjeta",
    logged: "El celular reportó un problema",
    saved: "La guardó en su billetera",
    patched: "Google recibió el cambio",
    notified: "Le salió un aviso en la pantalla",
    failed: "Google no recibió el cambio",
    voided: "La tarjeta terminó",
  } satisfies Record<Event["kind"], string>,
  left: {
    phone: "quitó la tarjeta o apagó las actualizaciones",
    apns: "Apple dice que ya no está",
    cap: "había más de 20 celulares",
    erased: "se borraron sus datos",
    closed: "el local cerró",
    merged: "se unió a otra tarjeta",
  } as Record<string, string>,
  phones: (n: number) => (n === 1 ? "1 celular" : `${n} celulares`),
  entry: (seq: number) => `movimiento ${seq}`,
  again: "se intenta otra vez",
};

const en: typeof es = {
  kinds: { apple: "Apple Wallet", google: "Google Wallet" },
  sides: { apple: "Apple", google: "Google" },
  states: { current: "up to date", waiting: "on its way", stuck: "behind", absent: "not there", over: "ended" },
  since: (when) => `since ${when}`,
  quote: (side, said) => `${side} said: “${said}”`,
  phone: "The phone",
  told: { title: "We have just told the phone", text: "It usually asks for the change within seconds." },
  why: {
    current: { title: "It shows the latest", text: "The phone has every movement of the card." },
    voided: {
      title: "This card has ended",
      text: "Its holder's data were erased, or the shop has closed. On the phone it is greyed out.",
    },
    noting: { title: "The change is on its way", text: "It has just happened. It usually arrives within seconds." },
    sending: { title: "The change is on its way", text: "It is going out. It usually arrives within seconds." },
    queue_late: {
      title: "We are behind ourselves",
      text: "The change waits in our queue for longer than usual. It is not lost and goes out by itself.",
      todo: "If it is still so in an hour, tell whoever runs the platform.",
    },
    retrying: {
      title: "We are trying again",
      text: "The other side did not answer. We keep trying and nothing is lost.",
    },
    never_added: {
      title: "They did not finish adding it",
      text: "The card was downloaded and no iPhone has asked for it since: they did not tap “Add”, or that iPhone has updates switched off.",
      todo: "Ask them to open their card and tap “Add to Apple Wallet” again.",
    },
    updates_off: {
      title: "Their iPhone asks for it no more",
      text: "They removed the card, or switched off “Automatic Updates”. If they still have it, it shows an old number.",
      todo: "To switch them on: the card, the three dots, “Pass Details”, “Automatic Updates”.",
    },
    phone_gone: {
      title: "Apple does not know that phone any more",
      text: "They changed phones, erased it or removed the card.",
      todo: "On the new phone: open their card and tap “Add to Apple Wallet”.",
    },
    too_many_phones: {
      title: "It is on more than 20 phones",
      text: "A card is kept up to date on 20 phones; the oldest ones were left out.",
    },
    certificate_ended: {
      title: "Apple's certificate has ended",
      text: "Until it is renewed, no card on an iPhone is updated. Those that are there are not removed.",
      todo: "Tell whoever runs the platform.",
    },
    certificate_missing: {
      title: "Apple's certificate is missing",
      text: "The certificate this card went out with is not installed, so it cannot be signed anew.",
      todo: "Tell whoever runs the platform.",
    },
    push_refused: {
      title: "Apple does not take our notices",
      text: "The phone does not know that something changed. It may take a day until it asks by itself.",
      todo: "Tell whoever runs the platform.",
    },
    phone_silent: {
      title: "The phone has not answered yet",
      text: "We told it and it has not asked: it is off, without a signal, or saving its battery. It catches up by itself.",
    },
    listed_only: {
      title: "The phone knows of the change and did not get it",
      text: "Usually a poor signal. It tries again by itself.",
    },
    phone_complains: {
      title: "The phone says that something is wrong",
      text: "It got the card and did not take it. This is what it reported.",
      todo: "Pass this text on to whoever runs the platform.",
    },
    not_saved: {
      title: "They did not save it",
      text: "They opened Google's page and did not tap “Save”, or we do not know yet.",
      todo: "Ask them to open their card and tap “Add to Google Wallet”.",
    },
    removed: { title: "They removed it from their wallet", text: "Their web card goes on working as before." },
    google_refused: {
      title: "Google did not take the change",
      text: "It is not tried again until the next movement.",
      todo: "Pass this text on to whoever runs the platform.",
    },
  },
  events: {
    issued: "The card was made",
    registered: "A phone added it",
    unregistered: "A phone stopped asking for it",
    noted: "There was a change to show",
    pushed: "We told the phone",
    push_failed: "We could not tell the phone",
    listed: "The phone asked what had changed",
    fetched: "The phone got the card",
    logged: "The phone reported a problem",
    saved: "They saved it in their wallet",
    patched: "Google got the change",
    notified: "A notice appeared on their screen",
    failed: "Google did not get the change",
    voided: "The card ended",
  },
  left: {
    phone: "they removed the card or switched updates off",
    apns: "Apple says that it is gone",
    cap: "there were more than 20 phones",
    erased: "their data were erased",
    closed: "the shop closed",
    merged: "it was joined to another card",
  },
  phones: (n) => (n === 1 ? "1 phone" : `${n} phones`),
  entry: (seq) => `movement ${seq}`,
  again: "it is tried again",
};

export const texts = { es, en };
