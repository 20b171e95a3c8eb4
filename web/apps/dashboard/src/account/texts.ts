const es = { title: "Tu cuenta" };
const en: typeof es = { title: "Your account" };

export const texts = { es, en };
