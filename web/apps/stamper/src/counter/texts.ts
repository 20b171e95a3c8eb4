import { en } from "./texts-en";
import { es } from "./texts-es";

export type { CounterTexts } from "./texts-es";
export const texts = { es, en };
