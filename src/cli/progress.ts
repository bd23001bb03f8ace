import { basename } from "node:path";
import type { SingleBar } from "cli-progress";
import type { Progress } from "../core/index.ts";
import { logLine, printable } from "./output.ts";

const LINE_EVERY_MS = 5000;
const RATE_WINDOW_MS = 10_000;

/** Of stages that are other work than what was begun. */
const VERBS: Readonly<Record<string, string>> = { "reading text": "Reading text" };

export interface ProgressDisplay {
  readonly onProgress: (progress: Progress) => void;
  /** Clears the bar. */
  end(): void;
}

type Unit = (amount: number) => string;

const plainCount: Unit = (amount) =>
  amount > 0 && amount < 10 && !Number.isInteger(amount) ? amount.toFixed(1) : amount.toFixed(0);

/** A bar with rate and time left on a terminal, a plain line every few seconds elsewhere. */
export function showProgress(verb: string, unit: Unit = plainCount): ProgressDisplay {
  return process.stderr.isTTY ? bar(verb, unit) : lines(verb, unit);
}

function bar(verb: string, unit: Unit): ProgressDisplay {
  const rate = rateMeter(unit);
  let display: SingleBar | undefined;
  let ended = false;
  let started = false;
  // Only where there is progress to show: not for every start.
  void newBar().then((loaded) => {
    if (!ended) display = loaded;
  });
  return {
    onProgress({ stage, done, total, item }) {
      if (!display || total === null || total === 0) return;
      const payload = {
        verb: VERBS[stage] ?? verb,
        ...rate(done, total),
        done: unit(done),
        all: unit(total),
        item: printable(basename(item ?? "")).slice(0, 30),
      };
      if (!started) display.start(total, done, payload);
      started = true;
      display.setTotal(total);
      display.update(done, payload);
    },
    end() {
      ended = true;
      if (started) display?.stop();
    },
  };
}

async function newBar(): Promise<SingleBar> {
  const { Presets, SingleBar } = await import("cli-progress");
  return new SingleBar(
    {
      format: `{verb} {bar} {done} of {all}  {rate}  {left}  {item}`,
      stream: process.stderr,
      hideCursor: null,
      linewrap: false,
      barsize: 24,
      clearOnComplete: true,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
}

function lines(verb: string, unit: Unit): ProgressDisplay {
  const rate = rateMeter(unit);
  let last = Date.now();
  return {
    onProgress({ stage, done, total }) {
      const { rate: speed, left } = rate(done, total);
      if (total === 0 || Date.now() - last < LINE_EVERY_MS) return;
      last = Date.now();
      const amount = `${VERBS[stage] ?? verb} ${unit(done)}${total === null ? "" : ` of ${unit(total)}`}`;
      logLine([amount, speed, left].filter((part) => part !== "").join(", "));
    },
    end: () => undefined,
  };
}

/** Rate over the last seconds, and the time left at that rate. */
function rateMeter(unit: Unit): (done: number, total: number | null) => { rate: string; left: string } {
  const samples: { at: number; done: number }[] = [];
  return (done, total) => {
    const now = Date.now();
    // Another stage counts from its own beginning.
    if (done < (samples.at(-1)?.done ?? 0)) samples.length = 0;
    samples.push({ at: now, done });
    while (samples.length > 2 && now - (samples[0]?.at ?? now) > RATE_WINDOW_MS) samples.shift();
    const first = samples[0];
    const seconds = first ? (now - first.at) / 1000 : 0;
    const perSecond = first && seconds > 0.5 ? (done - first.done) / seconds : 0;
    if (perSecond <= 0) return { rate: "", left: "" };
    return {
      rate: `${unit(perSecond)}/s`,
      left: total === null ? "" : `${duration((total - done) / perSecond)} left`,
    };
  };
}

/** `250` → `4 min` */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
