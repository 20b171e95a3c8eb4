import type { paths } from "@sello/api";
import createClient, { type Middleware } from "openapi-fetch";
import createQueries from "openapi-react-query";

import { currentLanguage } from "./language";
import { Refusal, refusalFrom } from "./refusal";
import { freshToken, renewToken } from "./session/tokens";

export { Refusal, refusalOf } from "./refusal";

/** Codes that speak of the token itself; a wrong password is answered with 401 too, and must not be tried twice. */
const TOKEN: ReadonlySet<string> = new Set(["unauthenticated", "session_ended", "membership_ended"]);
const OPEN = /^\/api\/v1\/auth\/(login|registrations|verifications|password-resets|invitations|logout)$/;

/** With the token of whoever is signed in; a token that ended meanwhile is renewed and the request sent once more. */
async function send(request: Request): Promise<Response> {
  if (OPEN.test(new URL(request.url).pathname)) return reach(request);
  const token = await freshToken();
  if (token === null) return reach(request);
  const again = request.clone();
  const response = await reach(withToken(request, token));
  if (response.status !== 401 || !TOKEN.has((await refusalFrom(response.clone())).code)) return response;
  const next = await renewToken();
  return next === null ? response : reach(withToken(again, next));
}

function withToken(request: Request, token: string): Request {
  request.headers.set("authorization", `Bearer ${token}`);
  return request;
}

async function reach(request: Request): Promise<Response> {
  request.headers.set("accept-language", currentLanguage());
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new Refusal({ code: "no_signal", message: "", status: 0 });
  }
}

const refusing: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await refusalFrom(response);
  },
};

/** The API by its own description. Everything but a success is thrown as a `Refusal`. */
export const api = createClient<paths>({ baseUrl: location.origin, fetch: send });
api.use(refusing);

/** The same as queries: `$api.useQuery("get", path, { params })`, `$api.useMutation("post", path)`. */
export const $api = createQueries(api);
