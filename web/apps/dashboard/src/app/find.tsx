import type { CommandGroup } from "@sello/ui/command";
import { Languages, LogOut, User } from "lucide-react";
import { lazy, Suspense, useDeferredValue, useEffect, useState } from "react";
import { useNavigate } from "react-router";

import { $api } from "../api";
import { useSession } from "../session/use-session";
import { chooseLanguage, useLanguage, useTexts } from "../texts";
import { PLACES, placesFor } from "./places";
import { texts } from "./texts";
import { OTHER } from "./who";

const Commands = lazy(() => import("@sello/ui/command").then((m) => ({ default: m.Commands })));

/** The command menu: Ctrl K from anywhere. */
export function Find({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTexts(texts);
  const [query, setQuery] = useState("");
  const asked = useDeferredValue(query.trim());
  const close = () => {
    onOpenChange(false);
    setQuery("");
  };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey)
        return;
      event.preventDefault();
      onOpenChange(!open);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [open, onOpenChange]);

  const customers = useCustomers(open ? asked : "", close);
  const groups = [customers.group, ...useFixed(query.trim(), close)];
  if (!open) return null;
  return (
    <Suspense>
      <Commands
        open
        onOpenChange={(next) => (next ? onOpenChange(true) : close())}
        label={t.find}
        query={query}
        onQuery={setQuery}
        groups={groups}
        busy={customers.busy}
      />
    </Suspense>
  );
}

/** Customers by a part of the name or the last digits of the phone. */
function useCustomers(asked: string, close: () => void): { group: CommandGroup; busy: boolean } {
  const t = useTexts(texts);
  const navigate = useNavigate();
  const { role, business } = useSession();
  const findable = PLACES.some(({ name, page, roles }) => name === "customer" && page && roles.includes(role));
  const found = $api.useQuery(
    "get",
    "/api/v1/customers",
    { params: { query: { q: asked, limit: 6 } } },
    { enabled: findable && business !== null && asked.length >= 2, placeholderData: (last) => last },
  );
  const customers = asked.length >= 2 && found.data ? found.data.customers : [];
  const items = customers.map((each) => ({
    id: each.id,
    label: <b>{(each as { name?: string }).name ?? each.first_name}</b>,
    hint: each.of === null ? `··· ${each.last_three}` : `··· ${each.last_three} · ${t.ofCard(each.balance, each.of)}`,
    icon: <User aria-hidden="true" />,
    onSelect: () => {
      close();
      void navigate(`/app/clientes/${each.id}`);
    },
  }));
  return { group: { heading: t.places.customers, items }, busy: found.isFetching };
}

/** Places and acts whose words hold what was typed. */
function useFixed(asked: string, close: () => void): CommandGroup[] {
  const t = useTexts(texts);
  const navigate = useNavigate();
  const session = useSession();
  const other = OTHER[useLanguage()];
  const holds = (words: string) => plain(words).includes(plain(asked));
  const account = PLACES.filter(({ name }) => name === "account");
  const places = [...placesFor(session.role), ...account]
    .filter(({ name }) => holds(t.places[name]))
    .map(({ path, name, icon: Icon }) => ({
      id: path,
      label: t.places[name],
      icon: <Icon aria-hidden="true" />,
      onSelect: () => {
        close();
        void navigate(path);
      },
    }));
  const acts = [
    {
      id: "language",
      label: other.name,
      hint: t.language,
      icon: <Languages aria-hidden="true" />,
      words: `${other.name} ${t.language}`,
      onSelect: () => {
        close();
        chooseLanguage(other.language);
      },
    },
    {
      id: "sign-out",
      label: t.signOut,
      icon: <LogOut aria-hidden="true" />,
      words: t.signOut,
      onSelect: () => {
        close();
        void session.signOut();
      },
    },
  ].filter(({ words }) => holds(words));
  return [
    { heading: t.goTo, items: places },
    { heading: t.act, items: acts },
  ];
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
