import type { Counter } from "../contracts";

/** The screens, put together. */
export function App({ counter }: { counter: Counter }) {
  return <main className="min-h-dvh bg-(--paper) text-(--ink)" data-trouble={counter.trouble?.code} />;
}
