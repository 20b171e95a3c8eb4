import { Command } from "cmdk";
import { Search } from "lucide-react";
import { Dialog } from "radix-ui";
import { type ReactNode, useState } from "react";

import { useGivingBack } from "./focus";
import { useWords } from "./words";

export type CommandItem = {
  id: string;
  label: ReactNode;
  /** What stands at its right end. */
  hint?: ReactNode;
  icon?: ReactNode;
  onSelect: () => void;
};
export type CommandGroup = { heading: string; items: readonly CommandItem[] };

type CommandsProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  label: string;
  query: string;
  onQuery: (query: string) => void;
  groups: readonly CommandGroup[];
  busy?: boolean;
};

const KEY = "rounded-xs border border-line bg-paper px-1 text-12 font-medium text-muted";

/** Everything one can go to or do, by a few letters: arrows choose, Enter opens, Esc closes. Whoever shows it filters. */
export function Commands({ open, onOpenChange, label, query, onQuery, groups, busy = false }: CommandsProps) {
  const words = useWords();
  const shown = groups.filter((group) => group.items.length > 0);
  // What is chosen is always on the list as it is drawn, or Enter right after typing would do nothing.
  const [chosen, setChosen] = useState("");
  const ids = shown.flatMap((group) => group.items.map((item) => item.id));
  const value = ids.includes(chosen) ? chosen : (ids[0] ?? "");
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-(--veil)" />
        <Dialog.Content
          {...useGivingBack()}
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 max-h-[76vh] w-[min(35rem,calc(100vw-1.5rem))] -translate-x-1/2 overflow-hidden rounded-m border border-line bg-surface text-ink shadow-object max-sm:top-3 max-sm:max-h-[calc(100dvh-1.5rem)]"
        >
          <Dialog.Title className="sr-only">{label}</Dialog.Title>
          <Command
            label={label}
            value={value}
            onValueChange={setChosen}
            shouldFilter={false}
            loop
            className="flex max-h-[inherit] flex-col"
          >
            <div className="flex items-center gap-3 border-b border-line px-5">
              <Search className="size-5 shrink-0 text-muted" aria-hidden="true" />
              <Command.Input
                value={query}
                onValueChange={onQuery}
                placeholder={label}
                className="h-14 min-w-0 flex-1 bg-transparent text-16 outline-none"
              />
            </div>
            <Command.List className="min-h-0 flex-1 overflow-y-auto overscroll-contain pb-2">
              {shown.length === 0 && query !== "" ? (
                <p role="status" className="px-5 py-6 text-muted">
                  {busy ? words.loading : words.nothing}
                </p>
              ) : null}
              {shown.map((group) => (
                <Command.Group
                  key={group.heading}
                  heading={group.heading}
                  className="[&_[cmdk-group-heading]]:px-5 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-muted"
                >
                  {group.items.map((item) => (
                    <Command.Item
                      key={item.id}
                      value={item.id}
                      onSelect={item.onSelect}
                      className="flex min-h-10 cursor-pointer items-center gap-3 px-5 aria-selected:bg-sunken aria-selected:shadow-[inset_2px_0_var(--accent)] max-sm:min-h-12 [&_svg]:size-5 [&_svg]:shrink-0 [&_svg]:text-muted"
                    >
                      {item.icon}
                      <span className="min-w-0 truncate">{item.label}</span>
                      {item.hint ? <span className="ml-auto shrink-0 text-muted">{item.hint}</span> : null}
                    </Command.Item>
                  ))}
                </Command.Group>
              ))}
            </Command.List>
            <p
              aria-hidden="true"
              className="flex gap-4 border-t border-line px-5 py-2 text-12 text-muted max-sm:hidden"
            >
              <span>
                <kbd className={KEY}>↑</kbd> <kbd className={KEY}>↓</kbd> {words.keys.choose}
              </span>
              <span>
                <kbd className={KEY}>Enter</kbd> {words.keys.open}
              </span>
              <span>
                <kbd className={KEY}>Esc</kbd> {words.keys.close}
              </span>
            </p>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
