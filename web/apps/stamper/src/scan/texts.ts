import type { CameraTrouble } from "./camera";

type CameraWords = Record<CameraTrouble, { title: string; how: string }>;

const es = {
  aim: "Apunta al código del cliente",
  aimGift: "Apunta al código para entregar un premio",
  again: "Ese código ya se selló. Retíralo y muéstralo otra vez para sellar de nuevo.",
  opening: "Abriendo la cámara…",
  reading: "Leyendo…",
  find: "Celular o nombre",
  type: "Escribir el código",
  light: "Prender la luz",
  dark: "Apagar la luz",
  gift: "Entregar un premio",
  stamp: "Volver a sellar",
  retry: "Probar la cámara otra vez",
  camera: {
    denied: {
      title: "La cámara está bloqueada",
      how: "Toca el candado junto a la dirección, permite la cámara y prueba otra vez. Mientras tanto, busca por celular.",
    },
    none: {
      title: "No encontramos una cámara",
      how: "Puedes sellar igual: busca al cliente por celular o nombre, o escribe su código.",
    },
    busy: {
      title: "Otra aplicación usa la cámara",
      how: "Ciérrala y prueba otra vez. Mientras tanto, busca por celular.",
    },
    insecure: {
      title: "Aquí la cámara no puede abrirse",
      how: "La dirección tiene que empezar con https. Pide la correcta a la persona dueña; mientras tanto, busca por celular.",
    },
    decoder: {
      title: "El lector de códigos no cargó",
      how: "Revisa la señal y prueba otra vez. Mientras tanto, busca por celular.",
    },
  } satisfies CameraWords,
};

const en: typeof es = {
  aim: "Point at the customer's code",
  aimGift: "Point at the code to hand over a reward",
  again: "That code was just stamped. Take it away and show it again to stamp once more.",
  opening: "Opening the camera…",
  reading: "Reading…",
  find: "Phone or name",
  type: "Type the code",
  light: "Light on",
  dark: "Light off",
  gift: "Hand over a reward",
  stamp: "Back to stamping",
  retry: "Try the camera again",
  camera: {
    denied: {
      title: "The camera is blocked",
      how: "Tap the lock beside the address, allow the camera and try again. Meanwhile, look people up by phone.",
    },
    none: {
      title: "We found no camera",
      how: "You can stamp all the same: look the customer up by phone or name, or type their code.",
    },
    busy: {
      title: "Another app is using the camera",
      how: "Close it and try again. Meanwhile, look people up by phone.",
    },
    insecure: {
      title: "The camera cannot open here",
      how: "The address has to begin with https. Ask the owner for the right one; meanwhile, look people up by phone.",
    },
    decoder: {
      title: "The code reader did not load",
      how: "Check the signal and try again. Meanwhile, look people up by phone.",
    },
  },
};

export const texts = { es, en };
