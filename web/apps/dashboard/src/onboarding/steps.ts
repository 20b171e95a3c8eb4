import type { Body } from "@sello/api";

type Ticked = Body<"ProfileAnswer">["setup_done"][number];
export type StepName = "look" | "rules" | "team" | "till" | "stamp" | "poster";

/** What the shop has, as far as its first steps are concerned. */
export type Standing = {
  ticked: readonly Ticked[];
  hasOwnLook: boolean;
  rulesVersion: number;
  others: number;
  tills: number;
  stamped: boolean;
};

export type Step = {
  name: StepName;
  done: boolean;
  /** The step that has to come first. */
  blockedBy?: StepName;
  /** It may be ticked off without doing it. */
  skips?: Ticked;
};

/** The first steps of a shop in their order, each seen from what is there and not from what was clicked. */
export function stepsOf(standing: Standing): Step[] {
  const ticked = (step: Ticked) => standing.ticked.includes(step);
  const rules = standing.rulesVersion > 0;
  const till = standing.tills > 0;
  return [
    { name: "look", done: standing.hasOwnLook || ticked("look"), skips: "look" },
    { name: "rules", done: rules },
    { name: "team", done: standing.others > 0 || ticked("team"), skips: "team" },
    { name: "till", done: till },
    {
      name: "stamp",
      done: standing.stamped || ticked("stamp"),
      skips: "stamp",
      ...(rules ? (till ? {} : { blockedBy: "till" }) : { blockedBy: "rules" }),
    },
    { name: "poster", done: ticked("poster"), ...(rules ? {} : { blockedBy: "rules" }) },
  ];
}

/** The step to take now: the first that is open and not blocked. */
export function nextOf(steps: readonly Step[]): Step | undefined {
  return steps.find((step) => !step.done && !step.blockedBy);
}
