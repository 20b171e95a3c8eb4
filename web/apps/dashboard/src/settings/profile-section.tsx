import { LIMITS } from "@sello/api/limits";
import { SelectField, TextField } from "@sello/ui/field";

import { useBusiness } from "../session/use-session";
import { useTexts } from "../texts";
import { SaveRow } from "./save-row";
import { Part } from "./part";
import { texts } from "./texts";
import { useChange } from "./use-change";
import { submitting, useDraft } from "./use-draft";
import { wrongOf } from "./wrong";

const DAYS = LIMITS.ProfileChange.inactivity_threshold_days;
const WHOLE = /^\d{1,6}$/;

/** Name, language, zone, and from when on somebody counts as slipping away. */
export function ProfileSection() {
  const all = useTexts(texts);
  const t = all.profile;
  const business = useBusiness();
  const { change, error, busy, reset } = useChange();
  const { draft, changes, changed, set, discard } = useDraft({
    name: business.name,
    locale: business.locale,
    zone: business.zone,
    inactivity_threshold_days: String(business.inactivity_threshold_days),
  });
  const wrong = wrongOf(error, all.wrong);
  const fixed = business.rule_version > 0;
  const send = () => {
    const { inactivity_threshold_days: days, ...rest } = changes;
    if (days === undefined) change(rest);
    else change({ ...rest, inactivity_threshold_days: WHOLE.test(days) ? Number(days) : (days as unknown as number) });
  };
  const drop = () => {
    discard();
    reset();
  };
  return (
    <Part id="local" title={t.title}>
      <form className="grid max-w-md grid-cols-[minmax(0,1fr)] gap-4" noValidate onSubmit={submitting(send)}>
        <TextField
          label={t.name}
          hint={t.nameHint}
          error={wrong.name}
          value={draft.name}
          maxLength={LIMITS.ProfileChange.name.max}
          autoComplete="organization"
          onChange={(event) => set({ name: event.target.value })}
        />
        <TextField
          label={t.inactivity}
          hint={t.inactivityHint}
          error={wrong.inactivity_threshold_days}
          value={draft.inactivity_threshold_days}
          inputMode="numeric"
          maxLength={String(DAYS.max).length + 3}
          onChange={(event) => set({ inactivity_threshold_days: event.target.value })}
        />
        <SelectField
          label={t.language}
          error={wrong.locale}
          value={draft.locale.startsWith("en") ? "en" : "es"}
          options={(["es", "en"] as const).map((value) => ({ value, label: t.languages[value] }))}
          onChange={(locale) => set({ locale: locale === "en" ? "en" : "es-PE" })}
        />
        <SelectField
          label={t.zone}
          wrap="grid-cols-[minmax(0,1fr)]"
          hint={fixed ? t.zoneFixed : t.zoneOpen}
          error={wrong.zone}
          value={draft.zone}
          disabled={fixed}
          options={zones(draft.zone)}
          onChange={(zone) => set({ zone })}
        />
        <SaveRow changed={changed} busy={busy} wrong={wrong[""]} onDiscard={drop} />
      </form>
    </Part>
  );
}

function zones(present: string): { value: string; label: string }[] {
  const all = new Set([present, "America/Lima", ...Intl.supportedValuesOf("timeZone")]);
  return [...all].map((value) => ({ value, label: value.replaceAll("_", " ") }));
}
