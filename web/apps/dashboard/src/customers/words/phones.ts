const es = {
  title: "En su celular",
  none: "No está en Apple Wallet ni en la Billetera de Google: usa su tarjeta web, que siempre está al día.",
  missing: (n: number) => (n === 1 ? "le falta 1 movimiento" : `le faltan ${n} movimientos`),
  shown: (when: string) => `se actualizó ${when}`,
  story: (n: number) => `Todo lo que pasó (${n})`,
};
const en: typeof es = {
  title: "On their phone",
  none: "It is neither in Apple Wallet nor in Google Wallet: they use their web card, which is always up to date.",
  missing: (n) => (n === 1 ? "it lacks 1 movement" : `it lacks ${n} movements`),
  shown: (when) => `updated ${when}`,
  story: (n) => `All that happened (${n})`,
};

export const texts = { es, en };
