import type { Body } from "@sello/api";

export type Code = Body<"Refusal">["code"] | "no_signal";

type Answer = {
  code: Code;
  message: string;
  status: number;
  fields?: Record<string, string>;
  details?: Record<string, unknown>;
  requestId?: string;
};

/** What the API (or the missing network) said no with: a sentence for people, a code to act on. */
export class Refusal extends Error {
  readonly code: Code;
  readonly status: number;
  /** What is wrong with single fields, by their path in the body: `{ "steps.0.at": "…" }`. */
  readonly fields: Record<string, string>;
  readonly details: Record<string, unknown>;
  /** A short code to say when asking for help. */
  readonly reference: string | undefined;

  constructor({ code, message, status, fields = {}, details = {}, requestId }: Answer) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.status = status;
    this.fields = fields;
    this.details = details;
    this.reference = requestId?.replaceAll("-", "").slice(-8).toUpperCase();
  }
}

/** The refusal that an error is, if it is one. */
export function refusalOf(error: unknown): Refusal | null {
  return error instanceof Refusal ? error : null;
}

/** An answer that was not a success, as a refusal. Whoever stands before the API may answer without JSON. */
export async function refusalFrom(response: Response): Promise<Refusal> {
  const text = await response.text();
  try {
    const body = JSON.parse(text) as Partial<Body<"Refusal">>;
    const details = (body.details ?? {}) as Record<string, unknown>;
    return new Refusal({
      code: body.code ?? "unavailable",
      message: body.message ?? "",
      status: response.status,
      fields: fieldsOf(details),
      details,
      ...(body.request_id ? { requestId: body.request_id } : {}),
    });
  } catch {
    return new Refusal({ code: "unavailable", message: "", status: response.status });
  }
}

function fieldsOf(details: Record<string, unknown>): Record<string, string> {
  const found: Record<string, string> = {};
  if (!Array.isArray(details.fields)) return found;
  for (const each of details.fields as { path?: string; problem?: string }[]) {
    if (each.path && each.problem) found[each.path.replace(/^body\./, "")] = each.problem;
  }
  return found;
}
