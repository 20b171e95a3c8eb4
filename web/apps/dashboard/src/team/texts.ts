import { en } from "./en";
import { es } from "./es";

export const texts = { es, en };
