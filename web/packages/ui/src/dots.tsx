import { cx } from "./cx";

/** So many of so many in a row; the number is written beside it. */
export function Dots({
  value,
  of,
  label,
  className,
}: {
  value: number;
  of: number;
  label?: string;
  className?: string;
}) {
  return (
    <span className={cx("inline-flex items-center gap-3", className)}>
      {of <= 12 ? (
        <span aria-hidden="true" className="inline-flex gap-[3px]">
          {Array.from({ length: of }, (_, index) => (
            <i
              key={index}
              className={cx(
                "size-2 rounded-[50%]",
                index < value ? "bg-ink" : "shadow-[inset_0_0_0_1.25px_var(--edge)]",
              )}
            />
          ))}
        </span>
      ) : null}
      {label ? <span className="whitespace-nowrap">{label}</span> : null}
    </span>
  );
}
