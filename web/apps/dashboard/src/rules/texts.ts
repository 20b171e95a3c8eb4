import type { Texts } from "../texts";
import { en } from "./words/en";
import { es, type Words } from "./words/es";

export type { Words } from "./words/es";

export const texts: Texts<Words> = { es, en };
