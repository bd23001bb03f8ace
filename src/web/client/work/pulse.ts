import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Pulse, Work } from "../../answers.ts";
import { get } from "../api.ts";

const RUNNING_MS = 1000;
const IDLE_MS = 5000;

/** What changes while the page is looked at; undefined until the server said so. */
export const pulse = signal<Pulse | undefined>(undefined);

let listeners = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

export const isRunning = ({ end }: Work): boolean => end === undefined;

/** Whether work of any of these kinds runs. */
export const isBusyWith = (...kinds: readonly Work["kind"][]): boolean =>
  pulse.value?.work.some((work) => kinds.includes(work.kind) && isRunning(work)) ?? false;

/** The number of the work of these kinds that ended last. It grows also by work so short that nobody saw it run; 0 until some ended. */
export function useLastEnded(...kinds: readonly Work["kind"][]): number {
  const last = useRef(0);
  for (const work of pulse.value?.work ?? [])
    if (kinds.includes(work.kind) && !isRunning(work)) last.current = Math.max(last.current, work.id);
  return last.current;
}

async function beat(): Promise<void> {
  clearTimeout(timer);
  if (document.visibilityState === "visible") {
    const now = await get<Pulse>("/api/pulse").catch(() => undefined);
    if (now && JSON.stringify(now) !== JSON.stringify(pulse.peek())) pulse.value = now;
  }
  clearTimeout(timer);
  if (listeners > 0)
    timer = setTimeout(() => void beat(), pulse.peek()?.work.some(isRunning) ? RUNNING_MS : IDLE_MS);
}

/** Asks again and again for as long as the component is there; nothing while the tab is hidden. */
export function usePulse(isWanted: boolean): void {
  useEffect(() => {
    if (!isWanted) return undefined;
    listeners += 1;
    if (listeners === 1) void beat();
    return () => {
      listeners -= 1;
    };
  }, [isWanted]);
}

/** At once, where something was begun. */
export const refreshPulse = (): void => void beat();
