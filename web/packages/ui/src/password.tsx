import { Eye, EyeOff } from "lucide-react";
import { useState, type ComponentProps } from "react";

import { TextField } from "./field";
import { useWords } from "./words";

/** A password, which may be looked at. */
export function PasswordField(props: Omit<ComponentProps<typeof TextField>, "type" | "after">) {
  const words = useWords();
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <TextField
      {...props}
      type={shown ? "text" : "password"}
      autoCapitalize="none"
      spellCheck={false}
      after={
        <button
          type="button"
          aria-label={words.show}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
          className="-mr-2 grid size-(--ctl) place-items-center text-muted hover:text-ink"
        >
          <Icon className="size-5" aria-hidden="true" />
        </button>
      }
    />
  );
}
