import type { Body } from "@sello/api";
import { createContext, useContext } from "react";

export type Role = Body<"MeAnswer">["role"];
export type Business = Body<"ProfileAnswer">;
export type Branch = Body<"BranchAnswer">;

export type Session = {
  account: { id: string; name: string; email: string; secondFactor: boolean };
  role: Role;
  /** The shop one works in; the platform's admin may be in none. */
  business: Business | null;
  /** Those that are open. */
  branches: Branch[];
  /** Every shop of this person that is open. */
  memberships: Body<"MembershipAnswer">[];
  signOut: () => Promise<void>;
};

export const SessionContext = createContext<Session | null>(null);

/** Who is signed in, and where. Only below the shell: there is always somebody. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession outside of a session");
  return session;
}

/** The shop of a page that is only there for shops. */
export function useBusiness(): Business {
  const { business } = useSession();
  if (!business) throw new Error("no shop in this session");
  return business;
}
