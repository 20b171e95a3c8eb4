import type { paths } from "@sello/api";

type Asked = NonNullable<paths["/api/v1/audit-log"]["get"]["parameters"]["query"]>;

/** Everything the server writes down: its own list, so that a new one without a sentence does not compile. */
export type Action = NonNullable<Asked["action"]>[number];

export type Group =
  | "team"
  | "tills"
  | "branches"
  | "customers"
  | "stamps"
  | "privacy"
  | "imports"
  | "keys"
  | "shop"
  | "access"
  | "platform";

const NOUNS: Record<string, Group> = {
  admin: "platform",
  api_key: "keys",
  archive: "shop",
  branch: "branches",
  business: "shop",
  consent: "privacy",
  customer: "customers",
  customers: "customers",
  device: "tills",
  import: "imports",
  job: "platform",
  password: "access",
  pin: "team",
  privacy: "privacy",
  redemption: "stamps",
  second_factor: "access",
  session: "access",
  staff: "team",
  stamp: "stamps",
  stamps: "stamps",
};

export const GROUPS: readonly Group[] = [
  "team",
  "tills",
  "branches",
  "customers",
  "stamps",
  "privacy",
  "imports",
  "keys",
  "shop",
  "access",
  "platform",
];

/** What an action is about. */
export function groupOf(action: string): Group {
  return NOUNS[action.split(".")[0] ?? ""] ?? "shop";
}

/** The actions among `all` that belong to a group. */
export function actionsOf(group: Group, all: readonly Action[]): Action[] {
  return all.filter((action) => groupOf(action) === group);
}
