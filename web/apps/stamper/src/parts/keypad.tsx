import { type ReactNode, useEffect, useEffectEvent } from "react";
import { english } from "./language";
import { Icon } from "./icons";

type KeypadProps = {
  onDigit: (digit: string) => void;
  onErase: () => void;
  /** What Enter does, where it does something. */
  onEnter?: () => void;
  /** The key at the lower left. */
  corner?: ReactNode;
  disabled?: boolean;
};

/** Our own keys, so that what is above them never jumps. The keyboard's digits work too. */
export function Keypad({ onDigit, onErase, onEnter, corner, disabled = false }: KeypadProps) {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (disabled || event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.target instanceof HTMLInputElement) return;
    if (/^[0-9]$/.test(event.key)) onDigit(event.key);
    else if (event.key === "Backspace") onErase();
    else if (event.key === "Enter" && onEnter && !(event.target instanceof HTMLButtonElement)) onEnter();
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent) => press(event);
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  }, []);
  return (
    <div className="keys num">
      {["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((digit) => (
        <button type="button" key={digit} disabled={disabled} onClick={() => onDigit(digit)}>
          {digit}
        </button>
      ))}
      {corner ?? <span />}
      <button type="button" disabled={disabled} onClick={() => onDigit("0")}>
        0
      </button>
      <button type="button" disabled={disabled} onClick={onErase} aria-label={english ? "Delete" : "Borrar"}>
        <Icon name="erase" />
      </button>
    </div>
  );
}
