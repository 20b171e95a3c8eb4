import { cva, type VariantProps } from "class-variance-authority";
import { Slot } from "radix-ui";
import type { ComponentProps, MouseEvent } from "react";

import { cx } from "./cx";
import { Ring } from "./mark";
import { useWords } from "./words";

const look = cva(
  "inline-flex items-center justify-center gap-2 rounded-s border font-semibold whitespace-nowrap no-underline " +
    "transition-colors focus-visible:rounded-s [&_svg]:size-4 [&_svg]:shrink-0 " +
    "disabled:cursor-not-allowed disabled:border-line disabled:bg-sunken disabled:text-muted",
  {
    variants: {
      variant: {
        main: "border-accent bg-accent text-on-accent not-disabled:hover:bg-[color-mix(in_oklab,var(--accent)_88%,var(--ink))]",
        plain: "border-edge bg-surface text-ink not-disabled:hover:bg-sunken",
        quiet: "border-transparent bg-transparent text-ink not-disabled:hover:bg-hover",
        bad: "border-refuse bg-surface text-refuse not-disabled:hover:bg-refuse-soft",
      },
      size: {
        s: "min-h-8 px-2 text-12 max-sm:min-h-11 max-sm:px-3 max-sm:text-14",
        m: "min-h-(--ctl) px-3 text-14",
        l: "min-h-12 px-5 text-16",
      },
      wide: { true: "w-full" },
    },
    defaultVariants: { variant: "plain", size: "m" },
  },
);

type Looks = VariantProps<typeof look>;

export type ButtonProps = ComponentProps<"button"> & Looks & { busy?: boolean | undefined };

/** An action. `main`: at most one a view. While `busy` it keeps its words and its focus and does nothing. */
export function Button({ variant, size, wide, busy = false, className, children, onClick, ...rest }: ButtonProps) {
  const words = useWords();
  const click = (event: MouseEvent<HTMLButtonElement>) => {
    if (busy) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <button
      type="button"
      {...rest}
      onClick={click}
      aria-disabled={busy || undefined}
      className={cx(look({ variant, size, wide }), busy && "cursor-progress", className)}
    >
      {busy && <Ring className="animate-turn" />}
      {children}
      {busy && <span className="sr-only">{words.busy}</span>}
    </button>
  );
}

type LinkButtonProps = ComponentProps<"a"> & Looks & { asChild?: boolean | undefined };

/** A link that looks like a button; `asChild` dresses the link inside: `<LinkButton asChild><Link to="…"/></LinkButton>`. */
export function LinkButton({ variant, size, wide, asChild = false, className, ...rest }: LinkButtonProps) {
  const Element = asChild ? Slot.Root : "a";
  return <Element {...rest} className={cx(look({ variant, size, wide }), className)} />;
}

type IconButtonProps = Omit<ButtonProps, "children"> & { label: string; children: ButtonProps["children"] };

/** A button that is only a picture, with its name for whoever does not see it. */
export function IconButton({ label, className, variant = "quiet", ...rest }: IconButtonProps) {
  return (
    <Button
      aria-label={label}
      title={label}
      variant={variant}
      className={cx("min-w-(--ctl) px-0 [&_svg]:size-5", className)}
      {...rest}
    />
  );
}
