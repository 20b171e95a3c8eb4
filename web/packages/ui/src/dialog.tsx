import { X } from "lucide-react";
import { AlertDialog, Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";

import { Button, IconButton } from "./button";
import { cx } from "./cx";
import { useGivingBack } from "./focus";
import { useWords } from "./words";

const VEIL = "fixed inset-0 z-40 bg-(--veil)";
const BOX =
  "fixed z-50 grid gap-4 overflow-y-auto overscroll-contain border border-line bg-surface text-ink shadow-object focus:outline-none " +
  "max-sm:inset-x-0 max-sm:bottom-0 max-sm:max-h-[92dvh] max-sm:animate-rise max-sm:rounded-t-l max-sm:border-x-0 max-sm:border-b-0 " +
  "max-sm:px-5 max-sm:pt-5 max-sm:pb-[calc(1.5rem+env(safe-area-inset-bottom))] " +
  "sm:top-1/2 sm:left-1/2 sm:max-h-[88dvh] sm:w-[min(27.5rem,calc(100vw-2rem))] sm:-translate-1/2 sm:rounded-m sm:p-6";
const TITLE = "text-20 font-[650]";
const ACTIONS = "mt-2 flex justify-end gap-2 max-sm:flex-col-reverse";

type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  /** Its buttons, the safe one first. */
  actions?: ReactNode;
  wide?: boolean;
};

/** Something to fill in or look at over the page; at the bottom of a phone. */
export function Dialog({ open, onOpenChange, title, description, children, actions, wide = false }: DialogProps) {
  const words = useWords();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={VEIL} />
        <Radix.Content
          {...useGivingBack()}
          className={cx(BOX, wide && "sm:w-[min(45rem,calc(100vw-2rem))]")}
          {...(description ? {} : { "aria-describedby": undefined })}
        >
          <div className="flex items-start gap-4">
            <Radix.Title className={cx(TITLE, "flex-1")}>{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label={words.close} className="-my-1 -mr-2">
                <X aria-hidden="true" />
              </IconButton>
            </Radix.Close>
          </div>
          {description ? (
            <Radix.Description asChild>
              <div className="-mt-2 text-muted">{description}</div>
            </Radix.Description>
          ) : null}
          {children}
          {actions ? <div className={ACTIONS}>{actions}</div> : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

type ConfirmDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  text: ReactNode;
  /** What the button does, with its size: "Borrar sus datos". */
  confirm: ReactNode;
  /** What the safe button says; it has the focus. */
  cancel?: ReactNode;
  bad?: boolean;
  busy?: boolean;
  onConfirm: () => void;
  children?: ReactNode;
};

/** Only for what cannot be undone. It stays open until its owner closes it, so that a refusal can be said in it. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onOpenChange, title, text, confirm, cancel, bad = false, busy = false, onConfirm, children } = props;
  const words = useWords();
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={VEIL} />
        <AlertDialog.Content {...useGivingBack()} className={BOX}>
          <AlertDialog.Title className={TITLE}>{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="grid gap-2">{text}</div>
          </AlertDialog.Description>
          {children}
          <div className={ACTIONS}>
            <AlertDialog.Cancel asChild>
              <Button>{cancel ?? words.cancel}</Button>
            </AlertDialog.Cancel>
            <Button variant={bad ? "bad" : "main"} busy={busy} onClick={onConfirm}>
              {confirm}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

/** Things to choose from or to look at: from the bottom on a phone, from the side elsewhere. */
export function Sheet({ open, onOpenChange, title, children, actions }: Omit<DialogProps, "wide" | "description">) {
  const words = useWords();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={VEIL} />
        <Radix.Content
          {...useGivingBack()}
          aria-describedby={undefined}
          className={cx(
            BOX,
            "content-start sm:inset-y-0 sm:top-0 sm:right-0 sm:left-auto sm:max-h-none sm:w-[min(25rem,100vw)] " +
              "sm:translate-0 sm:rounded-none sm:border-y-0 sm:border-r-0",
          )}
        >
          <div className="flex items-start gap-4">
            <Radix.Title className={cx(TITLE, "flex-1")}>{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label={words.close} className="-my-1 -mr-2">
                <X aria-hidden="true" />
              </IconButton>
            </Radix.Close>
          </div>
          {children}
          {actions ? <div className={ACTIONS}>{actions}</div> : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
