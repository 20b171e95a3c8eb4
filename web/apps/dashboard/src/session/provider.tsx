import { Trouble } from "@sello/ui/state";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, type ReactNode } from "react";
import { Navigate, useLocation, useNavigate } from "react-router";

import { $api, api, refusalOf } from "../api";
import { Arriving } from "./arriving";
import { dropToken, onEnded } from "./tokens";
import { SessionContext, type Session } from "./use-session";

const RARELY = { staleTime: 60_000 };

/** Everything below knows who is signed in; whoever is not is led to the door and back here afterwards. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const place = useLocation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const me = $api.useQuery("get", "/api/v1/me", {}, RARELY);
  const businessId = me.data?.business_id ?? null;
  const ask = { enabled: businessId !== null, ...RARELY };
  const path = { params: { path: { business_id: businessId ?? "" } } };
  const business = $api.useQuery("get", "/api/v1/businesses/{business_id}", path, ask);
  // Of a closed shop its owner sees only that it is closed.
  const isOpen = business.data?.closed_at === null;
  const branches = $api.useQuery("get", "/api/v1/branches", {}, { ...ask, enabled: isOpen });

  const from = place.pathname + place.search + place.hash;
  useEffect(
    () =>
      onEnded((why) => {
        queries.clear();
        const state = { from, ended: true, ...(why.code === "session_ended" ? {} : { why: why.message }) };
        void navigate("/app/entrar", { state, replace: true });
      }),
    [from, navigate, queries],
  );

  const signOut = useCallback(async () => {
    await api.POST("/api/v1/auth/logout");
    dropToken();
    queries.clear();
    await navigate("/app/entrar", { replace: true });
  }, [navigate, queries]);

  const session = useMemo<Session | null>(() => {
    if (!me.data || (businessId !== null && (!business.data || (isOpen && !branches.data)))) return null;
    const { account_id: id, name, email, second_factor: secondFactor, role, memberships } = me.data;
    const open = (branches.data ?? []).filter((branch) => branch.closed_at === null);
    return {
      account: { id, name, email, secondFactor },
      role,
      business: business.data ?? null,
      branches: open,
      memberships,
      signOut,
    };
  }, [me.data, businessId, business.data, isOpen, branches.data, signOut]);

  if (session) return <SessionContext value={session}>{children}</SessionContext>;
  const error = me.error ?? business.error ?? branches.error;
  if (refusalOf(error)?.status === 401) return <Navigate to="/app/entrar" state={{ from }} replace />;
  if (error) {
    const again = () => void queries.refetchQueries({ type: "active" });
    return (
      <main className="grid min-h-dvh place-items-center">
        <Trouble error={error} onRetry={again} level={1} />
      </main>
    );
  }
  return <Arriving />;
}
