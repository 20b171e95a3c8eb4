import { SearchField } from "@sello/ui/search";
import { useEffect, useState } from "react";

import { useTexts } from "../texts";
import { texts } from "./words/list";

const PAUSE = 150; // ms without a letter until it is asked for

type Typed = { text: string; known: string; sent: string | null };

type SearchBoxProps = { value: string; onSearch: (text: string) => void; onDown: () => void };

/** What is typed, handed on at a pause. `value` is what the address says: going back in it changes what stands here. */
export function SearchBox({ value, onSearch, onDown }: SearchBoxProps) {
  const t = useTexts(texts);
  const [typed, setTyped] = useState<Typed>({ text: value, known: value, sent: null });
  if (typed.known !== value) {
    // Our own words arrive while somebody types on: those count, not what was sent.
    setTyped({ text: value === typed.sent ? typed.text : value, known: value, sent: null });
  }
  const { text, known } = typed;
  useEffect(() => {
    if (text === known) return;
    const timer = setTimeout(() => {
      setTyped((now) => ({ ...now, sent: text }));
      onSearch(text);
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [text, known, onSearch]);
  useEffect(() => {
    const slash = (event: globalThis.KeyboardEvent) => {
      const at = event.target as HTMLElement;
      if (event.key !== "/" || at.closest("input, textarea, select, [role=dialog], [role=alertdialog]")) return;
      event.preventDefault();
      document.getElementById("buscar-cliente")?.focus();
    };
    document.addEventListener("keydown", slash);
    return () => document.removeEventListener("keydown", slash);
  }, []);
  return (
    <SearchField
      id="buscar-cliente"
      className="min-w-60 flex-1 max-sm:min-w-full"
      label={t.search}
      placeholder={t.searchHint}
      maxLength={80}
      value={text}
      onChange={(next) => setTyped((now) => ({ ...now, text: next }))}
      onKeyDown={(event) => {
        if (event.key !== "ArrowDown") return;
        event.preventDefault();
        onDown();
      }}
    />
  );
}
