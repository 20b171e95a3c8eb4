import type { es } from "./es";
import { list, say, text, worded, type Row } from "./sentence";

const ROLES: Record<string, string> = { owner: "an owner", staff: "staff" };
const FIELDS: Record<string, string> = {
  name: "the name",
  slug: "the page's address",
  zone: "the time zone",
  locale: "the language",
  logo: "the logo",
  description: "the description",
  legal_identity: "the legal details",
  birthday: "the birthday",
  phone: "the mobile",
  color: "the colours",
  primary_color: "the main colour",
  secondary_color: "the second colour",
  inactivity_threshold_days: "the days until somebody is at risk",
};
const SCOPES: Record<string, string> = {
  "stamps:write": "give stamps",
  "customers:read": "see customers",
  "enrollments:write": "enrol customers",
  "redemptions:write": "hand over rewards",
};
const REQUESTS: Record<string, string> = {
  access: "to see their data",
  rectification: "to correct their data",
  erasure: "to erase their data",
  opposition: "to get no messages",
};
const fields = (row: Row) => worded(list(row, "fields"), FIELDS, "and") || "something";
const what = (row: Row, other: string) => row.what ?? other;

export const en: typeof es = {
  sentences: {
    "admin.created": (r) => say`${r.who} was made an administrator of the platform`,
    "admin.read": (r) => say`${r.who} looked at data of your shop`,
    "admin.wrote": (r) => say`${r.who} changed something at your shop`,
    "api_key.created": (r) => [...say`${r.who} made the key ${what(r, "without a name")}`, scopes(r)].filter(Boolean),
    "api_key.revoked": (r) => say`${r.who} revoked the key ${what(r, "without a name")}`,
    "archive.asked": (r) => say`${r.who} asked for a file with everything of the shop`,
    "archive.linked": (r) => say`${r.who} downloaded the file with everything of the shop`,
    "archive.made": () => ["The file with everything of the shop is ready"],
    "branch.closed": (r) => say`${r.who} closed the branch ${what(r, "")}`,
    "branch.opened": (r) => say`${r.who} opened the branch ${what(r, "")}`,
    "branch.placed": (r) => say`${r.who} changed the place of the branch ${what(r, "")}`,
    "branch.renamed": (r) => say`${r.who} renamed the branch ${what(r, "")}`,
    "branch.reopened": (r) => say`${r.who} opened the branch ${what(r, "")} again`,
    "business.changed": (r) => [...say`${r.who} changed `, `${fields(r)} of the shop`],
    "business.closed": (r) => say`${r.who} closed the shop`,
    "business.exported": () => ["The platform made a copy of everything of the shop"],
    "business.imported": () => ["The shop arrived from another installation"],
    "business.pass_type_set": (r) =>
      text(r, "pass_type_id")
        ? say`${r.who} gave the shop an identifier of its own at Apple: ${text(r, "pass_type_id")}`
        : say`${r.who} gave the shop the platform's identifier at Apple again`,
    "business.registered": (r) => say`${r.who} registered the shop`,
    "business.reopened": (r) => say`${r.who} opened the shop again`,
    "business.resumed": (r) => say`${r.who} let the shop go on`,
    "business.suspended": (r) => say`${r.who} suspended the shop`,
    "campaign.activated": (r) => say`${r.who} started a campaign`,
    "campaign.ended": (r) => say`${r.who} ended a campaign`,
    "campaign.paused": (r) => say`${r.who} paused a campaign`,
    "campaign.resumed": (r) => say`${r.who} resumed a campaign`,
    "code.redemption_voided": (r) => say`${r.who} undid the use of a discount code`,
    "consent.heard": (r) =>
      text(r, "kind") === "opt_out"
        ? say`${r.who} noted that a customer wants no more messages`
        : say`${r.who} noted that a customer agrees to messages`,
    "customer.corrected": (r) => [...say`${r.who} corrected `, `${fields(r)} of a customer`],
    "customer.distinction_undone": (r) => say`${r.who} stopped keeping two alike customers apart`,
    "customer.erased": (r) => say`${r.who} erased a customer's data`,
    "customer.exported": (r) => say`${r.who} downloaded a customer's data`,
    "customer.merged": (r) => say`${r.who} merged two cards of one person`,
    "customer.phone_confirmed": (r) => say`${r.who} confirmed a customer's new mobile`,
    "customer.told_apart": (r) => say`${r.who} said that two alike customers are two people`,
    "customers.listed": (r) => say`${r.who} downloaded a list of customers`,
    "device.changed": (r) => say`${r.who} changed the name or branch of the till ${what(r, "")}`,
    "device.code_ended": (r) => say`${r.who} cancelled a code for connecting a till`,
    "device.code_made": (r) => say`${r.who} asked for a code for connecting a till`,
    "device.enrolled": (r) => say`The till ${what(r, "")} was connected`,
    "device.replaced": (r) => say`The till ${what(r, "")} moved to another machine`,
    "device.reused": (r) => say`The till ${what(r, "")} was closed: two machines used one credential`,
    "device.revoked": (r) => say`${r.who} closed the till ${what(r, "")}`,
    "import.opened": (r) => [
      ...say`${r.who} `,
      `${r.details.dry_run === true ? "checked" : "imported"} a file of ${text(r, "kind") === "visits" ? "visits" : "customers"}`,
    ],
    "import.stopped": (r) => say`${r.who} stopped an import`,
    "job.requeued": (r) => say`${r.who} put a job back into the queue`,
    "password.changed": (r) => say`${r.who} changed their password`,
    "pin.cleared": (r) =>
      r.what === r.who ? say`${r.who} removed their PIN` : say`${r.who} removed the PIN of ${what(r, "")}`,
    "pin.set": (r) => say`${r.who} set a new PIN`,
    "pin.shop_locked": () => ["20 wrong PINs within an hour: tills take no PIN for a while"],
    "pin.tries_forgiven": (r) => say`${r.who} let all tills take PINs again`,
    "privacy.request_answered": (r) => [
      ...say`${r.who} `,
      `${text(r, "outcome") === "refused" ? "refused" : "granted"} a customer's request${request(r)}`,
    ],
    "privacy.request_opened": (r) => [`A customer made a request${request(r)}`],
    "redemption.voided": (r) => say`${r.who} voided a hand-over`,
    "second_factor.added": (r) => say`${r.who} switched the sign-in code on`,
    "second_factor.removed": (r) => say`${r.who} switched the sign-in code off`,
    "session.reused": (r) => say`A session of ${r.who} was ended: somebody else was using it`,
    "staff.changed": (r) => [
      ...say`${r.who} changed what ${what(r, "")} may do`,
      `: now ${ROLES[text(r, "role")] ?? ""}`,
    ],
    "staff.dismissed": (r) => say`${r.who} dismissed ${what(r, "")}`,
    "staff.invited": (r) => say`${r.who} invited ${what(r, "")}`,
    "staff.joined": (r) => say`${r.who} joined the team`,
    "staff.uninvited": (r) => say`${r.who} withdrew the invitation of ${what(r, "")}`,
    "stamp.voided": (r) => say`${r.who} voided a stamp`,
    "template.archived": (r) => say`${r.who} put a message template away`,
    "template.submitted": (r) => say`${r.who} sent a message template to WhatsApp for approval`,
    "stamps.adjusted": (r) => say`${r.who} put a card's stamps right by hand`,
  },
  groups: {
    team: "Team and PINs",
    tills: "Tills",
    branches: "Branches",
    customers: "Customers",
    stamps: "Stamps and rewards",
    privacy: "Privacy",
    imports: "Imports",
    keys: "Keys",
    shop: "Shop",
    access: "Sign-in",
    platform: "Platform",
  },
};

function scopes(row: Row): string {
  const can = worded(list(row, "scopes"), SCOPES, "and");
  return can ? `, which may ${can}` : "";
}

function request(row: Row): string {
  const wish = REQUESTS[text(row, "kind")];
  return wish ? ` ${wish}` : "";
}
