/** What the server writes into the document, and how the page asks it for more. */

import type { Body } from "@sello/api";
import type { PictureName } from "@sello/card";

import type { WalletKind } from "./wallets";

export type Step = Body<"RewardStep">;

export type ShopFront = {
  name: string;
  slug: string;
  logo: string | null;
  picture: PictureName;
  of: number;
  steps: Step[];
};

export type EnrolPage = {
  shop: ShopFront;
  posterId: string | null;
  textVersion: string;
  notice: string;
  marketing: string;
  wallets: readonly WalletKind[];
};

/** The data of this page; a document without them was not made by our server. */
export function pageData(): unknown {
  const text = document.getElementById("data")?.textContent;
  if (!text) throw new Error("the document holds no data");
  return JSON.parse(text);
}

/** A refusal of the server, in the page's language. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly fields: readonly string[],
  ) {
    super(message);
  }
}

/** No answer came: no signal, or a server that is away. Nothing is known about what it did. */
export class NoAnswer extends Error {}

/** Ask the API; the answer's body, else `Refusal` or `NoAnswer`. */
export async function ask<T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  const response = await send(method, path, body, headers);
  return (await response.json()) as T;
}

/** As `ask`, for an answer that is a file. */
export async function askForFile(method: string, path: string, body: unknown): Promise<Blob> {
  return (await send(method, path, body, {})).blob();
}

async function send(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers: {
        Accept: "application/json",
        "Accept-Language": document.documentElement.lang,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(20_000),
    });
  } catch {
    throw new NoAnswer();
  }
  if (response.ok) return response;
  const told = (await response.json().catch(() => null)) as {
    code?: string;
    message?: string;
    details?: { fields?: { path: string }[] };
  } | null;
  if (!told?.code || response.status === 503) throw new NoAnswer();
  const fields = told.details?.fields?.map((field) => field.path) ?? [];
  throw new Refusal(told.code, told.message ?? told.code, fields);
}

/** The card as its holder sees it, with a code for the QR that is good for `seconds` from the answer on. */
export type WebCard = Body<"WebCardAnswer">;
export type Code = WebCard["code"];

/** `at` is the server's time when it wrote the document: a copy kept on the phone tells by it how old it is. */
export type CardDocument = {
  card: WebCard;
  link: string;
  logo: string | null;
  textVersion: string;
  at: string;
  /** A page that the phone has kept from before has none. */
  wallets?: readonly WalletKind[];
};
