import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** Of a dialog that is open for as long as it is there; then the focus goes back to where it was. */
export function useDialog(): RefObject<HTMLDialogElement | null> {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => before instanceof HTMLElement && before.focus();
  }, []);
  return dialog;
}
