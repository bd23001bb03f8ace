import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { CopyCard } from "../../../shared/cards.ts";
import { screenSizeOf } from "../api.ts";
import { useDialog } from "../dialog.ts";
import { texts } from "../texts/texts.ts";
import { LaidOverPair } from "./laid-over.tsx";

type Mode = "beside" | "flicker" | "difference";
const MODES: readonly Mode[] = ["beside", "flicker", "difference"];
const FLICKER_MS = 600;

interface CompareProps {
  /** The keeper, and another one. */
  readonly pair: readonly [CopyCard, CopyCard];
  readonly onClose: () => void;
}

/** Two copies at screen size: side by side, by turns in one place, or only what differs. */
export function Compare({ pair, onClose }: CompareProps) {
  const dialog = useDialog();
  const mode = useSignal<Mode>("beside");
  const isSecond = useSignal(false);
  const flickers = mode.value === "flicker";
  useEffect(() => {
    if (!flickers) return undefined;
    const timer = setInterval(() => (isSecond.value = !isSecond.value), FLICKER_MS);
    return () => clearInterval(timer);
  }, [flickers]);
  return (
    <dialog ref={dialog} class="compare" aria-label={texts.duplicates.compare} onClose={onClose}>
      <p class="actions">
        {MODES.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={mode.value === each}
            onClick={() => (mode.value = each)}
          >
            {texts.duplicates.modes[each]}
          </button>
        ))}
        <button type="button" onClick={() => dialog.current?.close()}>
          {texts.box.close}
        </button>
      </p>
      <div class={`pair ${mode.value}`}>
        {mode.value === "beside" ? (
          pair.map((copy) => <img key={copy.id} src={screenSizeOf(copy.id)} alt={copy.name} />)
        ) : (
          <LaidOverPair
            pair={pair}
            shows={mode.value === "difference" ? "difference" : isSecond.value ? "second" : "first"}
            label={`${texts.duplicates.modes[mode.value]}: ${pair[0].name}, ${pair[1].name}`}
          />
        )}
      </div>
    </dialog>
  );
}
