const es = { connecting: "conectando", open: "en vivo", lost: "sin conexión, reintentando" };

const en: typeof es = { connecting: "connecting", open: "live", lost: "not connected, trying again" };

export const texts = { es, en };
