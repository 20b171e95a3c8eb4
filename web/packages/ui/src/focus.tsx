import { useRef } from "react";

/** For what opens over the page without a trigger of its own: closing gives the focus back to where it was. Inside, the
 * first field has the focus by itself; an `autoFocus` would come before this and be taken for the opener. */
export function useGivingBack() {
  const opener = useRef<Element | null>(null);
  return {
    onOpenAutoFocus: () => {
      opener.current = document.activeElement;
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault();
      if (opener.current instanceof HTMLElement) opener.current.focus();
    },
  };
}
