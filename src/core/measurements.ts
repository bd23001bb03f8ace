import { channel } from "node:diagnostics_channel";
import type { SkipCode } from "./types.ts";

/** What is told to whoever measures this process: never what was asked, found or read, nor by whom. */
export interface Measurements {
  readonly question: {
    readonly verb: "find" | "classify" | "duplicates" | "same" | "clusters";
    readonly seconds: number;
    readonly failed: boolean;
  };
  readonly picture: { readonly outcome: "embedded" | SkipCode };
  /** Of the Discord bot. */
  readonly command: { readonly command: string; readonly seconds: number; readonly failed: boolean };
  readonly gateway: { readonly isReady: boolean; readonly guilds: number; readonly pingMs: number };
}

type Kind = keyof Measurements;

const channelOf = (kind: Kind) => channel(`glimpse:${kind}`);

/** Costs nothing where nobody listens. */
export function measure<Some extends Kind>(kind: Some, measurement: Measurements[Some]): void {
  const told = channelOf(kind);
  if (told.hasSubscribers) told.publish(measurement);
}

/** @returns what ends it */
export function onMeasurement<Some extends Kind>(
  kind: Some,
  listener: (measurement: Measurements[Some]) => void,
): () => void {
  const heard = (measurement: unknown) => listener(measurement as Measurements[Some]);
  channelOf(kind).subscribe(heard);
  return () => void channelOf(kind).unsubscribe(heard);
}

/** Runs it and tells how long it took, and whether it failed. */
export async function timed<Result>(
  work: () => Promise<Result>,
  tell: (seconds: number, failed: boolean) => void,
): Promise<Result> {
  const started = performance.now();
  let failed = true;
  try {
    const result = await work();
    failed = false;
    return result;
  } finally {
    tell((performance.now() - started) / 1000, failed);
  }
}

export const timedQuestion = <Result>(
  verb: Measurements["question"]["verb"],
  work: () => Promise<Result>,
): Promise<Result> => timed(work, (seconds, failed) => measure("question", { verb, seconds, failed }));
