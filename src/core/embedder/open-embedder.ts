import type { Embedder } from "../ports.ts";
import type { Device, DeviceChoice } from "../types.ts";
import { EmbedderPool } from "./embedder-pool.ts";
import { OnnxEmbedder, type OnnxEmbedderOptions } from "./onnx-embedder.ts";
import { processors } from "./processors.ts";
import { tuningFor } from "./tuning.ts";

/** An embedder in processes of this machine, with what only it can be asked. */
export type LocalEmbedder = Embedder &
  Pick<OnnxEmbedder, "readText" | "check"> & {
    /** Tries what may be tried, and says what pictures are embedded on then: for each device that was asked for. */
    chooseDevice(signal?: AbortSignal): Promise<readonly DeviceChoice[]>;
  };

/** @param devices as `parseDevices` read them; of several, each gets a process of its own */
export function openEmbedder(
  { tuning, ...options }: Omit<OnnxEmbedderOptions, "device">,
  devices: readonly Device[],
): LocalEmbedder {
  const { decoders } = tuningFor(processors(), options);
  const share = { decoders: Math.max(1, Math.ceil(decoders / devices.length)), ...tuning };
  const [first, ...others] = devices.map((device) => new OnnxEmbedder({ ...options, device, tuning: share }));
  if (!first) return new OnnxEmbedder({ ...options, tuning });
  return others.length > 0 ? new EmbedderPool(first, others) : first;
}
