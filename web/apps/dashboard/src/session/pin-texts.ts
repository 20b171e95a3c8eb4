const es = {
  title: "Tu PIN",
  open: "Poner o cambiar mi PIN",
  lead: "Con él cambias de turno en una caja sin escribir tu contraseña. En la caja puedes sellar y canjear, nada más.",
  pin: "PIN nuevo",
  hint: "De 4 a 6 cifras. Ni 1234 ni tu año de nacimiento.",
  again: "Otra vez",
  differs: "Los dos PIN no son iguales.",
  form: "De 4 a 6 cifras, solo números.",
  save: "Poner este PIN",
  done: "Tu PIN quedó puesto",
};
const en: typeof es = {
  title: "Your PIN",
  open: "Set or change my PIN",
  lead: "It switches a till to you without your password. On the till you may stamp and hand over rewards, and no more.",
  pin: "New PIN",
  hint: "4 to 6 digits. Neither 1234 nor the year you were born.",
  again: "Once more",
  differs: "The two PINs are not the same.",
  form: "4 to 6 digits and nothing else.",
  save: "Set this PIN",
  done: "Your PIN is set",
};

export const pinTexts = { es, en };
