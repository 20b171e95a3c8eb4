import type { Texts } from "../texts";

type Words = { holder: string; name: (shop: string) => string; label: (balance: number, of: number) => string };

const es: Words = {
  holder: "Tu cliente",
  name: (shop) => `Así se ve la tarjeta de ${shop}`,
  label: (balance, of) => `${balance} de ${of} sellos`,
};

const en: Words = {
  holder: "Your customer",
  name: (shop) => `How the card of ${shop} looks`,
  label: (balance, of) => `${balance} of ${of} stamps`,
};

export const texts: Texts<Words> = { es, en };
