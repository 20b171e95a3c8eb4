import type { ReactNode } from "react";
import { Navigate, useLocation } from "react-router";

import { useSession, type Role } from "../session/use-session";
import { NotFound } from "./not-found";
import { placesFor } from "./places";

/** A place that is not for this person is as if it were not there; from the first page they are led to one of theirs. */
export function OnlyFor({ roles, children }: { roles: readonly Role[]; children: ReactNode }) {
  const { role } = useSession();
  const { pathname } = useLocation();
  if (roles.includes(role)) return children;
  const first = placesFor(role)[0];
  return pathname === "/app" && first ? <Navigate to={first.path} replace /> : <NotFound />;
}
