import {
  Bell,
  ChartSpline,
  CircleUserRound,
  FileText,
  FileUp,
  House,
  KeyRound,
  type LucideIcon,
  QrCode,
  ScrollText,
  Send,
  Server,
  Settings,
  Stamp,
  Store,
  Users,
  WalletCards,
} from "lucide-react";
import type { ComponentType } from "react";

import type { Role } from "../session/use-session";
import type { PlaceName } from "./texts";

export type Place = {
  path: string;
  name: PlaceName;
  icon: LucideIcon;
  /** Who may go there. */
  roles: readonly Role[];
  /** Loads its page; a place without one is nowhere to be seen. */
  page: (() => Promise<ComponentType>) | undefined;
  /** Stands in the bar at the bottom of a phone. */
  bar?: boolean;
  /** Reached from within another place, so not in the navigation. */
  inner?: boolean;
};

const OWNER: readonly Role[] = ["owner"];
const SHOP: readonly Role[] = ["owner", "staff"];

/** The places in the order of the navigation. To open one, write its `page`: nothing else is needed. */
export const PLACES: readonly Place[] = [
  {
    path: "/app",
    name: "home",
    icon: House,
    roles: SHOP,
    bar: true,

    page: () => import("./home-place").then((m) => m.HomePlace),
  },
  {
    path: "/app/clientes",
    name: "customers",
    icon: Users,
    roles: OWNER,
    bar: true,
    page: () => import("../customers/page").then((m) => m.CustomersPage),
  },
  {
    path: "/app/clientes/:id",
    name: "customer",
    icon: Users,
    roles: OWNER,
    inner: true,

    page: () => import("../customers/customer-page").then((m) => m.CustomerPage),
  },
  {
    path: "/app/clientes/duplicados",
    name: "duplicates",
    icon: Users,
    roles: OWNER,
    inner: true,
    page: () => import("../customers/duplicates-page").then((m) => m.DuplicatesPage),
  },
  {
    path: "/app/clientes/solicitudes",
    name: "privacyRequests",
    icon: Users,
    roles: OWNER,
    inner: true,
    page: () => import("../customers/requests-page").then((m) => m.RequestsPage),
  },
  {
    path: "/app/reglas",
    name: "rules",
    icon: Stamp,
    roles: OWNER,
    bar: true,

    page: () => import("./first-steps").then((m) => m.RulesPlace),
  },
  {
    path: "/app/campanas",
    name: "campaigns",
    icon: Send,
    roles: OWNER,
    bar: true,
    page: () => import("../campaigns/page").then((m) => m.CampaignsPage),
  },
  {
    path: "/app/campanas/nueva",
    name: "newCampaign",
    icon: Send,
    roles: OWNER,
    inner: true,
    page: () => import("../campaigns/editor-page").then((m) => m.NewCampaignPage),
  },
  {
    path: "/app/campanas/:id",
    name: "campaign",
    icon: Send,
    roles: OWNER,
    inner: true,
    page: () => import("../campaigns/campaign-page").then((m) => m.CampaignPage),
  },
  {
    path: "/app/campanas/:id/editar",
    name: "campaign",
    icon: Send,
    roles: OWNER,
    inner: true,
    page: () => import("../campaigns/editor-page").then((m) => m.EditCampaignPage),
  },
  {
    path: "/app/plantillas",
    name: "templates",
    icon: FileText,
    roles: OWNER,
    inner: true,
    page: () => import("../templates/page").then((m) => m.TemplatesPage),
  },
  {
    path: "/app/billeteras",
    name: "wallets",
    icon: WalletCards,
    roles: OWNER,
    page: () => import("../wallets/page").then((m) => m.WalletsPage),
  },
  {
    path: "/app/saber",
    name: "insights",
    icon: ChartSpline,
    roles: OWNER,

    page: undefined,
  },
  {
    path: "/app/avisos",
    name: "notices",
    icon: Bell,
    roles: OWNER,
    bar: true,

    page: () => import("../notices/page").then((m) => m.NoticesPage),
  },
  {
    path: "/app/local",
    name: "shop",
    icon: Store,
    roles: OWNER,

    page: () => import("../team/page").then((m) => m.TeamPage),
  },
  {
    path: "/app/importar",
    name: "imports",
    icon: FileUp,
    roles: OWNER,

    page: () => import("../imports/page").then((m) => m.ImportsPage),
  },
  {
    path: "/app/registro",
    name: "audit",
    icon: ScrollText,
    roles: OWNER,

    page: () => import("../audit/page").then((m) => m.AuditPage),
  },
  {
    path: "/app/ajustes",
    name: "settings",
    icon: Settings,
    roles: OWNER,

    page: () => import("./first-steps").then((m) => m.SettingsPlace),
  },
  {
    path: "/app/afiche",
    name: "poster",
    icon: QrCode,
    roles: OWNER,

    page: () => import("./first-steps").then((m) => m.PosterPlace),
  },
  {
    path: "/app/ajustes/llaves",
    name: "keys",
    icon: KeyRound,
    roles: OWNER,
    inner: true,

    page: () => import("../keys/page").then((m) => m.KeysPage),
  },
  {
    path: "/app/plataforma",
    name: "platform",
    icon: Server,
    roles: ["admin"],
    bar: true,

    page: () => import("../admin/page").then((m) => m.PlatformPage),
  },
  {
    path: "/app/cuenta",
    name: "account",
    icon: CircleUserRound,
    roles: ["owner", "staff", "admin"],
    inner: true,

    page: () => import("../account/page").then((m) => m.AccountPage),
  },
];

/** The places of the navigation for somebody with this role. */
export function placesFor(role: Role): Place[] {
  return PLACES.filter((place) => place.page && !place.inner && place.roles.includes(role));
}
