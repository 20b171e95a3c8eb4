import type { Template } from "../types";

type State = Template["state"];
type Tone = "ok" | "wait" | "bad" | "plain";

const tones: Record<State, Tone> = {
  draft: "plain",
  submitting: "wait",
  in_review: "wait",
  approved: "ok",
  rejected: "bad",
  paused: "wait",
  disabled: "bad",
  archived: "plain",
};

const es = {
  tones,
  states: {
    draft: "borrador",
    submitting: "enviándose",
    in_review: "en revisión",
    approved: "aprobada",
    rejected: "rechazada",
    paused: "pausada",
    disabled: "desactivada",
    archived: "archivada",
  } satisfies Record<State, string>,
};

const en: typeof es = {
  tones,
  states: {
    draft: "draft",
    submitting: "on its way",
    in_review: "in review",
    approved: "approved",
    rejected: "rejected",
    paused: "paused",
    disabled: "disabled",
    archived: "archived",
  },
};

export const texts = { es, en };
