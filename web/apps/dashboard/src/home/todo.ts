/** What is known of the shop; null: not known yet, or not for this person. */
export type Known = {
  toReview: number;
  atRisk: number | null;
  ending: number | null;
  newCards: number | null;
  visits: number | null;
};
export type Act = { what: "notices" | "ending" | "away" | "poster"; count: number; to: string };

/** What there is to do, the most pressing first. Only what can be done here and now. */
export function whatToDo({ toReview, atRisk, ending, newCards, visits }: Known): Act[] {
  const acts: Act[] = [];
  if (toReview > 0) acts.push({ what: "notices", count: toReview, to: "/app/avisos" });
  if (ending) acts.push({ what: "ending", count: ending, to: "/app/clientes?grupo=premio" });
  if (atRisk) acts.push({ what: "away", count: atRisk, to: "/app/clientes?grupo=riesgo" });
  if (newCards === 0 && visits !== null) acts.push({ what: "poster", count: 0, to: "/app/afiche" });
  return acts;
}
