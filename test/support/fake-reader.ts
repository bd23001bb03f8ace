import { readFileSync } from "node:fs";
import type { PictureSource, TextReader } from "../../src/core/ports.ts";
import { idOf } from "./new-image.ts";

/** Reads what a picture of the fake embedder shows as its only line; nothing in one of a sunset. */
export class FakeReader implements TextReader {
  readonly done: string[] = [];
  name: string | undefined = "fake 1";
  before: (shows: string) => void | Promise<void> = () => undefined;

  async engine(): Promise<string | undefined> {
    return this.name;
  }

  async read(source: PictureSource, signal?: AbortSignal, _moments?: readonly number[]) {
    const shows = Buffer.from("bytes" in source ? source.bytes : readFileSync(source.path)).toString();
    await this.before(shows);
    signal?.throwIfAborted();
    this.done.push(shows);
    const box = { x: 0, y: 0, width: 1, height: 1 };
    const lines = shows === "sunset" ? [] : [{ text: `the ${shows} sign`, confidence: 0.9, box, angle: 0 }];
    return { id: idOf(shows), lines };
  }
}
