import { Ring } from "@sello/ui/mark";
import { useWords } from "@sello/ui/words";

/** While it is found out who is there. */
export function Arriving() {
  const words = useWords();
  return (
    <main className="grid min-h-dvh place-items-center" aria-busy="true">
      <p role="status">
        <Ring className="size-10 animate-turn text-accent" />
        <span className="sr-only">{words.loading}</span>
      </p>
    </main>
  );
}
