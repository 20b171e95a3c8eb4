import { type SubmitEvent, useState } from "react";

/** The fields of a section until they are saved. When what was saved changes, the draft begins anew. */
export function useDraft<T extends Record<string, unknown>>(saved: T) {
  const key = JSON.stringify(saved);
  const [kept, setKept] = useState({ key, draft: saved });
  if (kept.key !== key) setKept({ key, draft: saved });
  const draft = kept.key === key ? kept.draft : saved;
  const changes = Object.fromEntries(Object.entries(draft).filter(([name, value]) => value !== saved[name]));
  return {
    draft,
    changes: changes as Partial<T>,
    changed: Object.keys(changes).length > 0,
    set: (some: Partial<T>) => setKept({ key, draft: { ...draft, ...some } }),
    discard: () => setKept({ key, draft: saved }),
  };
}

/** A form that asks nobody but its section. */
export function submitting(send: () => void) {
  return (event: SubmitEvent) => {
    event.preventDefault();
    send();
  };
}
