import { useMemo } from "react";
import { useSearchParams } from "react-router";

import { actionsOf, GROUPS, type Action } from "./actions";
import { startOf } from "./days";
import { texts } from "./texts";

export type Name = "who" | "what" | "from" | "to";

/** As they stand in the address: links can be kept and sent. */
const PARAMETERS: Record<Name, string> = { who: "quien", what: "que", from: "desde", to: "hasta" };
const ALL = Object.keys(texts.es.sentences) as Action[];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What the log is narrowed to, and what that asks of the server. What makes no sense in the address is left out. */
export function useFilters(zone: string) {
  const [address, setAddress] = useSearchParams();
  const who = UUID.test(address.get(PARAMETERS.who) ?? "") ? (address.get(PARAMETERS.who) ?? "") : "";
  const what = GROUPS.find((group) => group === address.get(PARAMETERS.what)) ?? "";
  const from = address.get(PARAMETERS.from) ?? "";
  const to = address.get(PARAMETERS.to) ?? "";

  const query = useMemo(() => {
    const since = startOf(from, zone);
    const until = startOf(to, zone, 1);
    return {
      ...(who ? { account_id: who } : {}),
      ...(what ? { action: actionsOf(what, ALL) } : {}),
      ...(since ? { since } : {}),
      ...(until ? { until } : {}),
    };
  }, [who, what, from, to, zone]);

  const set = (name: Name, value: string) =>
    setAddress(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(PARAMETERS[name], value);
        else after.delete(PARAMETERS[name]);
        return after;
      },
      { replace: true },
    );
  const clear = () => setAddress({}, { replace: true });
  return { who, what, from, to, query, set, clear, any: Object.keys(query).length > 0 };
}
