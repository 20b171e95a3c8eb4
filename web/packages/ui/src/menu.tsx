import { Ellipsis } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { type ComponentProps, type ReactNode, useState } from "react";

import { IconButton } from "./button";
import { cx } from "./cx";

type MenuProps = {
  /** What the menu is called. */
  label: string;
  /** The button that opens it; without one, three dots. */
  trigger?: ReactNode;
  children: ReactNode;
};

/** Further acts behind one button. It opens within the page's main part, where readers look for content. */
export function Menu({ label, trigger, children }: MenuProps) {
  const [main, setMain] = useState<HTMLElement | null>(null);
  return (
    <DropdownMenu.Root modal={false} onOpenChange={(open) => open && setMain(document.querySelector("main"))}>
      <DropdownMenu.Trigger asChild>
        {trigger ?? (
          <IconButton label={label}>
            <Ellipsis aria-hidden="true" />
          </IconButton>
        )}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={main}>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-48 rounded-s border border-line bg-surface p-1 text-ink shadow-object"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

type MenuItemProps = ComponentProps<typeof DropdownMenu.Item> & { bad?: boolean; icon?: ReactNode };

/** One act of a menu: `onSelect`; `asChild` makes the link inside the act. */
export function MenuItem({ bad = false, icon, asChild = false, className, children, ...rest }: MenuItemProps) {
  return (
    <DropdownMenu.Item
      {...rest}
      asChild={asChild}
      className={cx(
        "flex min-h-(--ctl) items-center gap-3 rounded-xs px-3 no-underline select-none data-disabled:text-muted " +
          "data-highlighted:bg-sunken data-highlighted:outline-2 data-highlighted:-outline-offset-2 data-highlighted:outline-focus " +
          "[&_svg]:size-5",
        !rest.disabled && "cursor-pointer",
        bad && "text-refuse",
        className,
      )}
    >
      {asChild ? (
        children
      ) : (
        <>
          {icon}
          {children}
        </>
      )}
    </DropdownMenu.Item>
  );
}
