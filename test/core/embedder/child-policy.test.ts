import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { devicesToTry } from "../../../src/core/embedder/devices.ts";
import { EmbedderPool } from "../../../src/core/embedder/embedder-pool.ts";
import type { Child, ChildEvents } from "../../../src/core/embedder/embedding-child.ts";
import { OnnxEmbedder, type OnnxEmbedderOptions } from "../../../src/core/embedder/onnx-embedder.ts";
import type { ChildRequest, OpenRequest } from "../../../src/core/embedder/protocol.ts";
import { ModelStore } from "../../../src/core/models/model-store.ts";
import type { PictureSource } from "../../../src/core/ports.ts";
import type { DeviceChoice } from "../../../src/core/types.ts";

const store = new ModelStore({ directory: mkdtempSync(join(tmpdir(), "glimpse-policy-")) });
const model = await store.locate("pocket");

function sourceOf(message: ChildRequest): PictureSource | undefined {
  if (message.kind === "picture" || message.kind === "read") return message.source;
  return message.kind === "render" && message.rendering.as === "fitted"
    ? message.rendering.source
    : undefined;
}

/**
 * A child that does what the bytes of each picture say: "kills", "hangs" or "silences"; anything else is answered. With a
 * device to try, it does so at the first picture, which its driver may not survive; "kills-device" ends a child that
 * runs on a device.
 */
class ScriptedChild implements Child {
  readonly received: ChildRequest[] = [];
  rss = 0;
  driver: { readonly ends?: "dies" | "stalls" } = {};
  ended = false;
  readonly #events: ChildEvents;
  readonly #devices: readonly string[];
  #device: string | undefined;
  #silent = false;

  constructor(events: ChildEvents, starts: boolean, devices: readonly string[]) {
    this.#events = events;
    this.#devices = devices;
    if (starts) setImmediate(() => events.onMessage({ kind: "ready" }));
    else setImmediate(() => events.onEnd({ wasReady: false, stderr: "no such library" }));
  }

  send(message: ChildRequest): void {
    this.received.push(message);
    setImmediate(() => this.#work(message));
  }

  holdProcess(): void {}

  kill(): void {
    this.#die();
  }

  async end(): Promise<void> {
    this.ended = true;
  }

  #work(message: ChildRequest): void {
    if (this.ended || this.#silent) return;
    if (message.kind === "texts") {
      const answers = message.texts.map(() => ({ embedding: new Float32Array(256), truncated: false }));
      this.#events.onMessage({ kind: "texts", requestId: message.requestId, answers });
    }
    if (message.kind === "choose" && this.#tries())
      this.#events.onMessage({ kind: "chosen", requestId: message.requestId });
    const source = sourceOf(message);
    if (!("requestId" in message) || !source || !("bytes" in source)) return;
    const does = Buffer.from(source.bytes).toString();
    if (!this.#tries()) return;
    if (does === "kills-device" && this.#device !== undefined) return this.#die();
    if (does === "kills") this.#die();
    else if (does === "silences") this.#silent = true;
    else if (does !== "hangs") this.#answer(message, does);
  }

  /** @returns whether it goes on */
  #tries(): boolean {
    const [device] = this.#devices;
    if (device === undefined || this.#device !== undefined) return true;
    this.#device = device;
    this.#events.onMessage({ kind: "trying", device });
    const { ends } = this.driver;
    if (ends === "dies") this.#die();
    if (ends === "stalls") this.#silent = true;
    if (ends !== undefined) return false;
    this.#events.onMessage({ kind: "device", found: { device, refused: [] }, rss: 0 });
    return true;
  }

  #answer({ kind, requestId }: { kind: ChildRequest["kind"]; requestId: number }, id: string): void {
    if (kind === "render") {
      const rendered = { bytes: Buffer.from(id), mimeType: "image/jpeg", width: 1, height: 1 };
      this.#events.onMessage({ kind, requestId, rendered });
      return;
    }
    if (kind === "read") {
      this.#events.onMessage({ kind, requestId, read: { id, lines: [] }, rss: this.rss });
      return;
    }
    const quality = { jpegQuality: null, detail: 1, measuredSide: 1 };
    const picture = { id, format: "png", width: 1, height: 1, bytes: 1, takenAt: null, quality } as const;
    const nothing = new Uint8Array();
    this.#events.onMessage({
      kind: "picture",
      requestId,
      picture: { ...picture, thumbnail: nothing, fingerprint: nothing },
      embedding: new Float32Array(256),
      rss: this.rss,
    });
  }

  #die(): void {
    if (this.ended) return;
    this.ended = true;
    this.#events.onEnd({ wasReady: true, stderr: "Segmentation fault" });
  }
}

const children: ScriptedChild[] = [];
afterEach(() => void children.splice(0));

function embedder(
  options: Partial<OnnxEmbedderOptions> = {},
  starts = () => true,
  driver: ScriptedChild["driver"] = {},
) {
  const startChild = (opening: OpenRequest, events: ChildEvents) => {
    const child = new ScriptedChild(events, starts(), opening.devices);
    child.driver = driver;
    children.push(child);
    return child;
  };
  return new OnnxEmbedder({ model, tuning: { batch: 2, decoders: 1 }, startChild, ...options });
}

const show = (subject: OnnxEmbedder, does: string, signal?: AbortSignal) =>
  subject.embedPicture({ bytes: Buffer.from(does) }, signal).then(
    ({ picture }) => picture.id,
    (error) => error.code ?? error.name,
  );

const look = (subject: OnnxEmbedder, does: string) =>
  subject
    .render({ as: "fitted", source: { bytes: Buffer.from(does) }, longestSide: 100, maxBytes: 1e6 })
    .then(
      (rendered) => Buffer.from(rendered.bytes).toString(),
      (error) => error.code ?? error.name,
    );

const read = (subject: OnnxEmbedder, does: string, signal?: AbortSignal) =>
  subject.readText({ source: { bytes: Buffer.from(does) }, readers: [] }, signal).then(
    ({ id }) => id,
    (error) => error.code ?? error.name,
  );

const picturesOf = (child: ScriptedChild | undefined) =>
  (child?.received ?? []).flatMap((message) =>
    message.kind === "picture" && "bytes" in message.source
      ? [Buffer.from(message.source.bytes).toString()]
      : [],
  );

test("no child is started before the first request", () => {
  embedder();
  expect(children).toHaveLength(0);
});

test("a picture that crashes its child twice fails; those in flight with it are embedded", async () => {
  const subject = embedder();
  const outcomes = await Promise.all(["a", "kills", "b", "c"].map((does) => show(subject, does)));
  expect(outcomes).toEqual(["a", "crashed-decoder", "b", "c"]);
  expect(children).toHaveLength(3);
});

test("a picture to render that crashes its child twice fails, and it alone", async () => {
  const subject = embedder();
  const outcomes = await Promise.all([
    show(subject, "a"),
    look(subject, "kills"),
    look(subject, "b"),
    show(subject, "c"),
  ]);
  expect(outcomes).toEqual(["a", "crashed-decoder", "b", "c"]);
  expect(await look(subject, "d")).toBe("d");
});

test("a picture to render that hangs its child is a timeout", async () => {
  const subject = embedder({ hangMs: 40 });
  expect(await Promise.all([look(subject, "silences"), show(subject, "b")])).toEqual(["timeout", "b"]);
});

test("a picture whose text crashes its child twice fails, and it alone", async () => {
  const subject = embedder();
  const outcomes = await Promise.all([read(subject, "kills"), show(subject, "a"), read(subject, "b")]);
  expect(outcomes).toEqual(["crashed-decoder", "a", "b"]);
});

test("pictures to embed go ahead of those to read", async () => {
  const subject = embedder();
  const order: string[] = [];
  const note = (name: string) => void order.push(name);
  const readings = Array.from({ length: 20 }, (_, at) => read(subject, `r${at}`).then(note));
  const pictures = Array.from({ length: 20 }, (_, at) => show(subject, `p${at}`).then(note));
  await Promise.all([...readings, ...pictures]);
  expect(order.indexOf("p19")).toBeLessThan(order.indexOf("r19"));
  expect(order.slice(-8).every((name) => name.startsWith("r"))).toBe(true);
});

test("a picture full of text may take as long as hundreds without, while its child says that it is reading", async () => {
  const subject = embedder({ hangMs: 60 });
  const long = read(subject, "hangs");
  for (let at = 0; at < 60; at++) expect(await show(subject, `p${at}`)).toBe(`p${at}`);
  expect(children).toHaveLength(1);
  expect(children[0]?.ended).toBe(false);
  await subject.close();
  expect(await long).toBe("GlimpseError");
});

test("rendering a picture overtakes embedding", async () => {
  const subject = embedder();
  const order: string[] = [];
  const note = (name: string) => void order.push(name);
  const pictures = Array.from({ length: 30 }, (_, at) => show(subject, `p${at}`).then(note));
  await Promise.all([...pictures, look(subject, "seen").then(note)]);
  expect(order.indexOf("seen")).toBeLessThan(20);
});

test("after a crash each picture that was in flight is retried alone", async () => {
  const subject = embedder();
  await Promise.all(["kills", "x", "y"].map((does) => show(subject, does)));
  expect(picturesOf(children[0])).toEqual(["kills", "x", "y"]);
  expect(picturesOf(children[1])).toEqual(["kills"]);
  expect(picturesOf(children[2])).toEqual(["x", "y"]);
});

test("a child that hangs is killed, and the picture that hung it twice is a timeout", async () => {
  const subject = embedder({ hangMs: 40 });
  const outcomes = await Promise.all(["silences", "b"].map((does) => show(subject, does)));
  expect(outcomes).toEqual(["timeout", "b"]);
});

test("a picture stuck in an otherwise responsive child is found, and only it fails", async () => {
  const subject = embedder({ hangMs: 60 });
  const stuck = show(subject, "hangs");
  for (let at = 0; at < 60; at++) expect(await show(subject, `p${at}`)).toBe(`p${at}`);
  expect(children.length).toBeGreaterThan(1);
  expect(await stuck).toBe("timeout");
});

test("texts overtake waiting pictures", async () => {
  const subject = embedder();
  const pictures = Array.from({ length: 20 }, (_, at) => show(subject, `p${at}`));
  await subject.embedTexts(["a cat"]);
  await Promise.all(pictures);
  const kinds = children[0]?.received.map(({ kind }) => kind) ?? [];
  expect(kinds.indexOf("texts")).toBe(subject.concurrency);
});

test("no more pictures are in flight than the child handles at once", async () => {
  const subject = embedder();
  void Promise.all(Array.from({ length: 50 }, () => show(subject, "hangs")));
  await sleep(5);
  expect(picturesOf(children[0])).toHaveLength(subject.concurrency);
  await subject.close();
});

test("a child that has grown too large is replaced when nothing is in flight", async () => {
  const subject = embedder({ memoryLimit: 1000 });
  await show(subject, "first");
  for (const child of children) child.rss = 2000;
  const outcomes = await Promise.all(Array.from({ length: 60 }, (_, at) => show(subject, `p${at}`)));
  expect(outcomes).toEqual(Array.from({ length: 60 }, (_, at) => `p${at}`));
  expect(children).toHaveLength(2);
  expect(children[0]?.ended).toBe(true);
});

test("a process that cannot start is tried twice, then the error has the reason", async () => {
  const subject = embedder({}, () => false);
  await expect(subject.embedTexts(["a cat"])).rejects.toThrow(/cannot start.*no such library/);
  expect(children).toHaveLength(2);
});

test("an idle child exits, and the next request starts another", async () => {
  const subject = embedder({ idleMs: 10 });
  await show(subject, "a");
  await sleep(40);
  expect(children[0]?.ended).toBe(true);
  expect(await show(subject, "b")).toBe("b");
  expect(children).toHaveLength(2);
});

test("a picture cancelled in flight is cancelled in the child, one that waits is never sent", async () => {
  const subject = embedder();
  const cancel = new AbortController();
  const outcomes = Array.from({ length: 10 }, () => show(subject, "hangs", cancel.signal));
  await sleep(5);
  cancel.abort();
  expect(new Set(await Promise.all(outcomes))).toEqual(new Set([20]));
  const kinds = children[0]?.received.map(({ kind }) => kind) ?? [];
  expect(kinds.filter((kind) => kind === "cancel")).toHaveLength(subject.concurrency);
  expect(kinds.filter((kind) => kind === "picture")).toHaveLength(subject.concurrency);
  await subject.close();
});

/** A device that this platform has a part for, so that it is tried. */
const [device = ""] = devicesToTry("auto", {
  platform: `${process.platform} ${process.arch}`,
  mayHaveGpu: true,
}).devices;

describe.skipIf(device === "")("devices", () => {
  test.each(["dies", "stalls"] as const)(
    "a driver that %s costs no picture, and is not tried again",
    async (ends) => {
      const choices: DeviceChoice[] = [];
      const onDevice = (choice: DeviceChoice) => choices.push(choice);
      const subject = embedder({ device, onDevice, tryMs: 40 }, () => true, { ends });
      expect(await Promise.all(["a", "b", "c"].map((does) => show(subject, does)))).toEqual(["a", "b", "c"]);
      expect(children).toHaveLength(2);
      const reason = {
        dies: "its driver ended the process: Segmentation fault",
        stalls: "it did not answer within 0.04 s",
      };
      expect(choices).toEqual([
        { asked: device, device: "cpu", refused: [{ device, reason: reason[ends] }] },
      ]);
      await subject.close();
      expect(await show(subject, "d")).toBe("d");
      expect(subject.device()).toEqual(choices[0]);
    },
  );

  test("what was refused lately is tried again only when it is asked for", async () => {
    const recentlyRejected = [{ device, reason: "no driver" }];
    const asked = embedder({ device, recentlyRejected });
    await show(asked, "a");
    expect(asked.device()).toEqual({ asked: device, device, refused: [] });
    const subject = embedder({ device: "auto", recentlyRejected });
    await show(subject, "a");
    expect(subject.device().refused).toEqual(expect.arrayContaining(recentlyRejected));
    expect(subject.device().device).not.toBe(device);
  });

  test("what crashes on a device twice is tried on the CPU: then the device was at fault", async () => {
    const subject = embedder({ device });
    expect(await Promise.all(["a", "kills-device", "b"].map((does) => show(subject, does)))).toEqual([
      "a",
      "kills-device",
      "b",
    ]);
    expect(subject.device()).toMatchObject({
      device: "cpu",
      refused: [{ device, reason: "it crashed twice at work that the CPU did" }],
    });
  });

  test("a picture that crashes the CPU too is at fault, and the device is used again", async () => {
    const subject = embedder({ device });
    expect(await Promise.all(["a", "kills", "b"].map((does) => show(subject, does)))).toEqual([
      "a",
      "crashed-decoder",
      "b",
    ]);
    expect(await show(subject, "c")).toBe("c");
    expect(subject.device()).toEqual({ asked: device, device, refused: [] });
  });

  test("an embedder on several devices gives each its share of the pictures, and all else to the first", async () => {
    const [first, second] = [embedder({ device }), embedder({ device })];
    const pool = new EmbedderPool(first, [second]);
    expect(pool.concurrency).toBe(first.concurrency + second.concurrency);
    const names = ["a", "b", "c", "d", "e", "f"];
    const embedded = await Promise.all(names.map((name) => pool.embedPicture({ bytes: Buffer.from(name) })));
    expect(embedded.map(({ picture }) => picture.id)).toEqual(names);
    expect(children.map((child) => picturesOf(child).length)).toEqual([3, 3]);
    await pool.embedTexts(["a cat"]);
    expect(children.map(({ received }) => received.some(({ kind }) => kind === "texts"))).toEqual([
      true,
      false,
    ]);
    await pool.close();
    expect(children.every(({ ended }) => ended)).toBe(true);
  });

  test("of several devices one that was refused gets no more pictures", async () => {
    const good = embedder({ device });
    const refused = embedder({ device }, () => true, { ends: "dies" });
    const pool = new EmbedderPool(refused, [good]);
    const embed = (name: string) => pool.embedPicture({ bytes: Buffer.from(name) });
    await Promise.all(["a", "b"].map(embed));
    const before = children.length;
    await Promise.all(["c", "d", "e"].map(embed));
    expect(children).toHaveLength(before);
    expect(children.flatMap(picturesOf).filter((name) => "cde".includes(name))).toHaveLength(3);
    expect((await pool.chooseDevice()).map((choice) => choice.device)).toEqual(["cpu", device]);
  });
});
