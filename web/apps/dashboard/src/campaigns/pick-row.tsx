import { cx } from "@sello/ui/cx";
import type { ReactNode } from "react";

type PickRowProps = {
  group: string;
  checked: boolean;
  onPick: () => void;
  title: ReactNode;
  text?: ReactNode;
  aside?: ReactNode;
  disabled?: boolean;
  /** What more is asked for once it was chosen; stands under the row, outside of its label. */
  children?: ReactNode;
};

/** One of several, whose whole row is the target. */
export function PickRow({ group, checked, onPick, title, text, aside, disabled = false, children }: PickRowProps) {
  return (
    <div className={cx("-mx-3 rounded-s", checked && "bg-sunken")}>
      <label
        className={cx(
          "grid min-h-11 grid-cols-[1rem_minmax(0,1fr)_auto] gap-x-3 rounded-s p-3",
          disabled ? "text-muted" : "cursor-pointer hover:bg-hover",
        )}
      >
        <input
          type="radio"
          name={group}
          checked={checked}
          disabled={disabled}
          onChange={onPick}
          className="mt-0.5 size-4 accent-accent"
        />
        <b className="font-semibold wrap-anywhere">{title}</b>
        <span>{aside}</span>
        {text ? <small className="col-span-2 col-start-2 text-14 text-muted">{text}</small> : null}
      </label>
      {checked && children ? <div className="flex flex-wrap gap-4 pr-3 pb-4 pl-10">{children}</div> : null}
    </div>
  );
}
