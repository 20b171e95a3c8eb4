import { Popover } from "radix-ui";
import { useId, type ReactNode } from "react";

import { cx } from "./cx";

type DefinitionProps = { term: ReactNode; children: ReactNode; className?: string };

/** A word with what it means: a dotted line, opens on a tap. */
export function Definition({ term, children, className }: DefinitionProps) {
  const id = useId();
  return (
    <Popover.Root>
      <Popover.Trigger
        id={id}
        className={cx(
          "inline cursor-help text-left underline decoration-muted decoration-dotted decoration-1 underline-offset-3 " +
            "hover:decoration-ink max-sm:inline-flex max-sm:min-h-11 max-sm:items-center",
          className,
        )}
      >
        {term}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-labelledby={id}
          align="start"
          sideOffset={6}
          collisionPadding={16}
          className="z-50 max-w-72 rounded-s border border-line bg-surface px-4 py-3 text-14 text-ink shadow-object max-sm:w-[calc(100vw-2rem)] max-sm:max-w-none"
        >
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
