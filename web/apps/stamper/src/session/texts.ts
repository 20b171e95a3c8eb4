const es = {
  enrol: {
    title: "Esta será tu caja",
    how: "En el panel: Tu local, Cajas, Conectar una caja. Escanea ese QR con este aparato o escribe el código.",
    label: "Código de la caja",
    hint: "10 letras y números. Vale 15 minutos.",
    go: "Conectar caja",
    short: (missing: number) => (missing === 1 ? "Falta 1 letra o número." : `Faltan ${missing} letras o números.`),
    noSignal: "Para conectar la caja hace falta señal. Revisa el internet y toca otra vez.",
    working: "Conectando…",
    failed: "No se pudo guardar en este aparato. Abre sello en el navegador normal, no en una ventana privada.",
  },
  who: {
    title: "¿Quién sella?",
    pin: (name: string) => `PIN de ${name}`,
    typed: (count: number) => `${count} números escritos`,
    enter: "Entrar",
    back: "Volver a la cámara",
    forgot: "Olvidé mi PIN",
    forgotHow: "Entra a tu cuenta en /app con tu contraseña y elige otro PIN. La persona dueña también puede ayudarte.",
    nobody: "Nadie tiene PIN todavía",
    nobodyHow: "Cada persona elige su PIN en el panel: entra con su correo a /app y abre Tu cuenta.",
    again: "Volver a mirar",
    notYet: "No hay señal y nadie ha entrado antes en este aparato. Busca señal para la primera vez.",
    others: "Otra persona",
    since: (time: string) => `desde ${time}`,
    close: "Quitar esta caja",
    here: (till: string, branch: string | null) => (branch ? `${till}, ${branch}` : till),
    short: "El PIN tiene de 4 a 6 números.",
    noSignal: "Sin señal, aquí solo entra quien ya entró antes en este aparato.",
    offlineWrong: "Ese PIN no es el que este aparato conoce. Sin señal no hay otra forma de comprobarlo.",
    offlineLocked: "Demasiados PIN equivocados. Espera a tener señal.",
    trouble: "Algo falló. Inténtalo otra vez.",
    dismissed: "Ya no trabajas en este local. Habla con la persona dueña.",
    over: "La sesión terminó. Entra otra vez con tu PIN.",
  },
  leave: {
    title: "Quitar esta caja",
    empty:
      "Este aparato olvida la caja, las personas y los clientes. Para volver a sellar aquí hará falta otro código.",
    waits: (count: number) =>
      count === 1
        ? "1 sello todavía no se envió. Si quitas la caja ahora, se pierde."
        : `${count} sellos todavía no se enviaron. Si quitas la caja ahora, se pierden.`,
    sendFirst: "Espera a tener señal: se envían solos.",
    stay: "No, seguir sellando",
    go: "Sí, quitar la caja",
    lose: "Quitarla y perderlos",
  },
  ended: {
    title: "Esta caja ya no está registrada",
    closed: "Este local cerró",
    suspended: "Este local está en pausa",
    how: "Pide otro código a la persona dueña para volver a sellar aquí.",
    closedHow: "Ya no se puede sellar en este local.",
    suspendedHow: "La persona dueña puede escribirnos para volver a activarlo.",
    kept: (count: number) =>
      count === 1
        ? "1 sello espera en este aparato. No se pierde: se envía al volver a conectar la caja."
        : `${count} sellos esperan en este aparato. No se pierden: se envían al volver a conectar la caja.`,
    again: "Escribir un código",
    look: "Ver los sellos",
    retry: "Volver a probar",
  },
  opening: "Abriendo…",
  insecure: {
    title: "Esta dirección no es segura",
    how: "Aquí el navegador no abre la cámara ni guarda sellos. La dirección tiene que empezar con https.",
    go: "Abrir la dirección segura",
  },
  storage: {
    title: "Este navegador no guarda nada",
    how: "Sin eso un sello podría perderse. Abre sello en Chrome o Safari, fuera de una ventana privada.",
  },
};

const en: typeof es = {
  enrol: {
    title: "Make this your till",
    how: "In the dashboard: Your shop, Tills, Connect a till. Scan that QR with this device or type the code.",
    label: "Till code",
    hint: "10 letters and digits. Good for 15 minutes.",
    go: "Connect till",
    short: (missing) => `${missing} more to go.`,
    noSignal: "Connecting needs a signal. Check the internet and tap again.",
    working: "Connecting…",
    failed: "This device could not remember it. Open sello in a normal browser window, not a private one.",
  },
  who: {
    title: "Who is stamping?",
    pin: (name) => `${name}'s PIN`,
    typed: (count) => `${count} digits typed`,
    enter: "Enter",
    back: "Back to the camera",
    forgot: "Forgot my PIN",
    forgotHow: "Sign in at /app with your password and choose another. The owner can help you too.",
    nobody: "Nobody has a PIN yet",
    nobodyHow: "Everybody chooses their own: sign in at /app with your e-mail and open Your account.",
    again: "Look again",
    notYet: "There is no signal and nobody has signed in on this device before. Find a signal for the first time.",
    others: "Somebody else",
    since: (time) => `since ${time}`,
    close: "Remove this till",
    here: (till, branch) => (branch ? `${till}, ${branch}` : till),
    short: "A PIN has 4 to 6 digits.",
    noSignal: "Without a signal, only people who signed in here before can enter.",
    offlineWrong: "That is not the PIN this device knows. Without a signal there is no other way to check it.",
    offlineLocked: "Too many wrong PINs. Wait until there is a signal.",
    trouble: "Something failed. Try again.",
    dismissed: "You no longer work at this shop. Talk to the owner.",
    over: "The session has ended. Enter with your PIN again.",
  },
  leave: {
    title: "Remove this till",
    empty: "This device forgets the till, the people and the customers. Stamping here again will need another code.",
    waits: (count) =>
      count === 1
        ? "1 stamp has not been sent yet. If you remove the till now, it is lost."
        : `${count} stamps have not been sent yet. If you remove the till now, they are lost.`,
    sendFirst: "Wait for a signal: they send themselves.",
    stay: "No, keep stamping",
    go: "Yes, remove the till",
    lose: "Remove it and lose them",
  },
  ended: {
    title: "This till is no longer enrolled",
    closed: "This shop has closed",
    suspended: "This shop is paused",
    how: "Ask the owner for another code to stamp here again.",
    closedHow: "Nothing can be stamped at this shop any more.",
    suspendedHow: "The owner can write to us to have it reactivated.",
    kept: (count) =>
      count === 1
        ? "1 stamp waits on this device. It is not lost: it is sent once the till is enrolled again."
        : `${count} stamps wait on this device. They are not lost: they are sent once the till is enrolled again.`,
    again: "Type a code",
    look: "See the stamps",
    retry: "Try again",
  },
  opening: "Opening…",
  insecure: {
    title: "This address is not safe",
    how: "Here the browser opens no camera and keeps no stamps. The address has to begin with https.",
    go: "Open the safe address",
  },
  storage: {
    title: "This browser remembers nothing",
    how: "A stamp could be lost that way. Open sello in Chrome or Safari, outside a private window.",
  },
};

export const texts = { es, en };
