import type { Working } from "../answers.ts";
import { get } from "./api.ts";

const AGAIN_MS = 700;

/** Asks until the answer is there. @throws ApiError, AbortError */
export async function getWhenDone<Done extends { readonly state: "done" }>(
  path: string,
  signal: AbortSignal,
  onProgress: (progress: Working) => void,
): Promise<Done> {
  for (;;) {
    const state = await get<Working | Done>(path, signal);
    if (state.state === "done") return state;
    onProgress(state);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    signal.throwIfAborted();
  }
}
