import { useQueryClient } from "@tanstack/react-query";

import { $api } from "../api";
import { OURS } from "../card/colours";
import { type Business, useSession } from "../session/use-session";
import { type Step, stepsOf } from "./steps";

type Ticked = Business["setup_done"][number];

/** The first steps of this shop, or null while they are not known, for whoever is no owner, and once all are done. */
export function useSteps(): readonly Step[] | null {
  const { business, role } = useSession();
  const owner = role === "owner" && business !== null;
  const ask = { enabled: owner, staleTime: 30_000 };
  const staff = $api.useQuery("get", "/api/v1/staff", {}, ask);
  const tills = $api.useQuery("get", "/api/v1/devices", {}, ask);
  const owed = $api.useQuery(
    "get",
    "/api/v1/businesses/{business_id}/owed",
    { params: { path: { business_id: business?.id ?? "" } } },
    ask,
  );
  if (!owner || !staff.data || !tills.data || !owed.data) return null;
  const others = staff.data.members.filter((member) => member.role === "staff" && member.dismissed_at === null);
  const steps = stepsOf({
    ticked: business.setup_done,
    hasOwnLook: hasOwnLook(business),
    rulesVersion: business.rule_version,
    others: others.length + staff.data.invitations.length,
    tills: tills.data.filter((till) => till.revoked_at === null).length,
    stamped: owed.data.stamps.length + owed.data.rewards.length > 0,
  });
  return steps.every((step) => step.done) ? null : steps;
}

/** Ticks a step off for good: the owner does without it, or it leaves no trace. */
export function useTick() {
  const { business } = useSession();
  const queries = useQueryClient();
  const { mutate, isPending } = $api.useMutation("patch", "/api/v1/businesses/{business_id}", {
    onSuccess: () => queries.invalidateQueries(),
  });
  return {
    busy: isPending,
    tick: (step: Ticked) => {
      if (business && !business.setup_done.includes(step))
        mutate({
          params: { path: { business_id: business.id } },
          body: { setup_done: [...business.setup_done, step] },
        });
    },
  };
}

function hasOwnLook({ logo_url, picture, colour_light, colour_dark }: Business): boolean {
  return logo_url !== null || picture !== "star" || colour_light !== OURS.light || colour_dark !== OURS.dark;
}
