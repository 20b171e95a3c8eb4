const es = {
  title: (held: number, of: number) =>
    of === 0
      ? "Todavía no hay tarjetas"
      : held === 0
        ? "Nadie la lleva en su billetera todavía"
        : held === 1
          ? `1 de ${of} clientes la lleva en su billetera`
          : `${held} de ${of} clientes la llevan en su billetera`,
  fallback: "Tarjetas en el celular",
  lead: "Una tarjeta en Apple Wallet o en la Billetera de Google se actualiza sola con cada sello.",
  shares: "Dónde llevan su tarjeta",
  apple: "Apple Wallet",
  google: "Billetera de Google",
  web: "Solo la tarjeta web",
  of: (count: string, share: string) => `${count} (${share})`,
  both: (n: number) => (n === 1 ? "1 cliente la tiene en las dos." : `${n} clientes la tienen en las dos.`),
  resting: (n: number) =>
    n === 1
      ? "1 la agregó a un iPhone que ya no la pide: quitó la tarjeta o apagó las actualizaciones."
      : `${n} la agregaron a un iPhone que ya no la pide: quitaron la tarjeta o apagaron las actualizaciones.`,
  none: "Cuando tus clientes tengan tarjeta, aquí verás dónde la llevan.",
  definition:
    "Clientes confirmados. En Apple: un iPhone la mantiene al día. En Google: la guardaron. Solo web: ningún celular la mantiene al día; la ven en su enlace.",
  how: "Cómo la agregan",
  howText:
    "El botón sale al crear la tarjeta y en la tarjeta web: en un iPhone el de Apple, en Android el de Google, en una computadora los dos.",
  late: "Tarjetas que muestran un número viejo",
  lateLead: (n: number) => (n >= 50 ? "las 50 más nuevas" : n === 1 ? "1 tarjeta" : `${n} tarjetas`),
  calm: "Todas están al día",
  calmText: "Si un cambio tarda más de 10 minutos en llegar a un celular, la tarjeta aparece aquí con el porqué.",
  owes: (when: string) => `Falta lo de ${when}`,
  see: (name: string) => `Ver a ${name}`,
  pass: "Identificador en Apple",
  passOwn: "Tus tarjetas salen con un identificador tuyo: en Apple Wallet quedan juntas solo las de tu local.",
  passOurs:
    "Tus tarjetas salen con el identificador de la plataforma: en Apple Wallet quedan junto a las de otros locales que la usan.",
  passHow:
    "Para tener uno propio hace falta una cuenta de desarrollador de Apple. Pídelo a quien lleva la plataforma; las tarjetas que ya están en celulares se quedan con el suyo.",
  ends: "Certificado",
  until: (day: string) => `bueno hasta el ${day}`,
  noCertificate: "no está instalado",
  development: "De prueba: solo lo aceptan los celulares simulados de esta instalación.",
  off: "Apple Wallet está apagado en esta instalación: falta el certificado de Apple.",
};
const en: typeof es = {
  title: (held, of) =>
    of === 0
      ? "There are no cards yet"
      : held === 0
        ? "Nobody carries it in a wallet yet"
        : held === 1
          ? `1 of ${of} customers carries it in a wallet`
          : `${held} of ${of} customers carry it in a wallet`,
  fallback: "Cards on phones",
  lead: "A card in Apple Wallet or Google Wallet updates itself with every stamp.",
  shares: "Where they carry their card",
  apple: "Apple Wallet",
  google: "Google Wallet",
  web: "The web card alone",
  of: (count, share) => `${count} (${share})`,
  both: (n) => (n === 1 ? "1 customer has it in both." : `${n} customers have it in both.`),
  resting: (n) =>
    n === 1
      ? "1 added it to an iPhone that asks for it no more: the card was removed or updates switched off."
      : `${n} added it to an iPhone that asks for it no more: the card was removed or updates switched off.`,
  none: "When your customers have cards, you will see here where they carry them.",
  definition:
    "Confirmed customers. Apple: an iPhone keeps it up to date. Google: they saved it. Web alone: no phone keeps it up to date; they see it by their link.",
  how: "How they add it",
  howText:
    "The button shows when a card is made and on the web card: Apple's on an iPhone, Google's on Android, both on a computer.",
  late: "Cards that show an old number",
  lateLead: (n) => (n >= 50 ? "the 50 newest" : n === 1 ? "1 card" : `${n} cards`),
  calm: "All of them are up to date",
  calmText: "If a change takes more than 10 minutes to reach a phone, the card shows here with the reason.",
  owes: (when) => `Lacks what happened ${when}`,
  see: (name) => `See ${name}`,
  pass: "Identifier at Apple",
  passOwn: "Your cards go out under an identifier of yours: Apple Wallet groups only those of your shop.",
  passOurs:
    "Your cards go out under the platform's identifier: Apple Wallet groups them with those of other shops that use it.",
  passHow:
    "One of your own needs a developer account at Apple. Ask whoever runs the platform; cards that are on phones keep theirs.",
  ends: "Certificate",
  until: (day) => `good until ${day}`,
  noCertificate: "not installed",
  development: "For trying out: only the simulated phones of this installation take it.",
  off: "Apple Wallet is switched off in this installation: Apple's certificate is missing.",
};

export const texts = { es, en };
