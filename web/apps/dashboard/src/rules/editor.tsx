import type { Body } from "@sello/api";
import { Page, Split, Stack } from "@sello/ui/page";
import { type SubmitEvent, useMemo, useRef, useState } from "react";

import { refusalOf } from "../api";
import { lookOf } from "../card/look";
import { ShopCard } from "../card/shop-card";
import type { Business } from "../session/use-session";
import { useTexts } from "../texts";
import { After, RulesLimits } from "./after";
import { ProblemsContext } from "./blank";
import { cardOf, type Draft, draftOf, rulesOf } from "./draft";
import { Earn } from "./earn";
import { Gifts } from "./gifts";
import { OwedSection } from "./owed";
import { PhoneBar } from "./phone-bar";
import { Preview } from "./preview";
import { Prizes } from "./prizes";
import { SaveBar } from "./save-bar";
import { SaveDialog } from "./save-dialog";
import { texts } from "./texts";
import { useOutlook } from "./use-outlook";
import { useSave } from "./use-save";
import { Versions } from "./versions";

type EditorProps = { business: Business; rules: Body<"RulesInForce"> | null };

/** The rules in force with their changes, until these are saved or discarded. */
export function Editor({ business, rules }: EditorProps) {
  const t = useTexts(texts);
  const was = useMemo(() => draftOf(rules), [rules]);
  const [draft, setDraft] = useState(was);
  const [asking, setAsking] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { outlook, problems, error, settled } = useOutlook(business.id, draft);
  const save = useSave(() => setAsking(false));
  const changed = JSON.stringify(rulesOf(draft)) !== JSON.stringify(rulesOf(was));
  const wrong = Object.keys(problems).length > 0;
  const change = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const version = (rules?.version ?? 0) + 1;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (wrong) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    else if (rules) setAsking(true);
    else save.mutate({ body: rulesOf(draft) });
  };
  const parts = { draft, was, change };
  const card = cardOf(draft);
  const look = lookOf(business);
  const bar = (
    <SaveBar
      label={rules ? t.save(version) : t.saveFirst}
      changed={changed || !rules}
      busy={save.isPending || !settled}
      error={save.error ?? (wrong ? null : error)}
      onDiscard={rules && changed ? () => setDraft(was) : undefined}
    />
  );
  return (
    <Page title={t.title} lead={rules ? t.lead(rules.version) : t.leadNew}>
      <ProblemsContext value={problems}>
        <form ref={form} onSubmit={submit} noValidate>
          <Split>
            <Stack>
              <Prizes {...parts} />
              <Earn {...parts} />
              <Gifts {...parts} />
              <After {...parts} />
              <RulesLimits {...parts} />
            </Stack>
            <aside className="grid gap-5 lg:sticky lg:top-6">
              <ShopCard look={look} of={card.of} steps={card.steps} />
              <div className="max-lg:hidden">{bar}</div>
              <Preview outlook={outlook} wrong={wrong} changed={changed} first={!rules} />
            </aside>
          </Split>
          <PhoneBar look={look} of={card.of} steps={card.steps}>
            {bar}
          </PhoneBar>
        </form>
      </ProblemsContext>
      {rules ? (
        <Stack className="mt-10">
          <OwedSection businessId={business.id} />
          <Versions businessId={business.id} slug={business.slug} />
        </Stack>
      ) : null}
      <SaveDialog
        open={asking}
        version={version}
        lines={outlook?.in_words ?? []}
        busy={save.isPending}
        error={refusalOf(save.error)}
        onOpenChange={setAsking}
        onSave={() => save.mutate({ body: rulesOf(draft) })}
      />
    </Page>
  );
}
