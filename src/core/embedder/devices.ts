import { existsSync } from "node:fs";
import { enumerate } from "../english.ts";
import type { Device, DeviceChoice, RefusedDevice } from "../types.ts";

/** The accelerators that onnxruntime-node 1.30 has code for on each platform, the one to prefer first. */
const SHIPPED: Readonly<Record<string, readonly Accelerator[]>> = {
  "linux x64": ["cuda", "webgpu"],
  "win32 x64": ["dml", "webgpu"],
  "win32 arm64": ["dml", "webgpu"],
  "darwin arm64": ["coreml", "webgpu"],
};

const ACCELERATORS = ["cuda", "coreml", "dml", "webgpu"] as const;
type Accelerator = (typeof ACCELERATORS)[number];

/** Of these a machine may have several, which are told apart by number. */
const NUMBERED: readonly string[] = ["cuda", "dml"];

/** What Linux shows of a GPU to programs: of its drivers for drawing, of NVIDIA's, and inside WSL. */
const GPU_NODES = ["/dev/dri", "/dev/nvidiactl", "/dev/dxg"];

const isAccelerator = (name: string): name is Accelerator => ACCELERATORS.some((each) => each === name);

const kindOf = (device: Device): string => device.split(":")[0] ?? device;

/**
 * Reads `auto`, `cpu`, or one or more accelerators separated by commas: `cuda`, `cuda:1`, `cuda:0,cuda:1`.
 * @returns undefined when it is none of these
 */
export function parseDevices(written: string): readonly Device[] | undefined {
  const names = written
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  if (names.length === 1 && (names[0] === "auto" || names[0] === "cpu")) return names;
  const isUsable = (name: string) => {
    const [kind = "", number, ...rest] = name.split(":");
    if (!isAccelerator(kind) || rest.length > 0) return false;
    return number === undefined || (NUMBERED.includes(kind) && /^\d{1,2}$/.test(number));
  };
  return names.every(isUsable) && new Set(names).size === names.length ? names : undefined;
}

export interface DevicesToTry {
  /** In this order; none: the CPU. */
  readonly devices: readonly Device[];
  /** What cannot be tried here. */
  readonly refused: readonly RefusedDevice[];
}

interface Machine {
  readonly platform: string;
  /** Whether it may have a GPU. */
  readonly mayHaveGpu: boolean;
}

const thisMachine = (): Machine => ({
  platform: `${process.platform} ${process.arch}`,
  mayHaveGpu: process.platform !== "linux" || GPU_NODES.some((node) => existsSync(node)),
});

/** What is worth trying for `auto`, `cpu` or one accelerator. Loads nothing. */
export function devicesToTry(asked: string, machine: Machine = thisMachine()): DevicesToTry {
  const shipped = SHIPPED[machine.platform] ?? [];
  if (asked === "cpu") return { devices: [], refused: [] };
  if (asked !== "auto") {
    if (shipped.some((kind) => kind === kindOf(asked))) return { devices: [asked], refused: [] };
    const has = shipped.length > 0 ? `; there it has ${enumerate(shipped)}` : "";
    const reason = `onnxruntime has no such part on ${machine.platform}${has}`;
    return { devices: [], refused: [{ device: asked, reason }] };
  }
  if (machine.mayHaveGpu) return { devices: shipped, refused: [] };
  const reason = `this machine shows programs no GPU (none of ${GPU_NODES.join(", ")} is there)`;
  return { devices: [], refused: shipped.map((device) => ({ device, reason })) };
}

/**
 * The smallest cosine with the CPU's vectors at which a device's belong to the same space. 0.9999 is an angle of 0.8
 * degrees: no score moves by more than 0.014, and in 512 dimensions one moves by some 0.0006. With weights of 16 bits a
 * device may compute in 16 bits throughout; with those of 8, processors differ among themselves.
 */
export function minimumAgreement(variant: string): number {
  if (variant === "fp32") return 0.9999;
  return variant === "quantised" ? 0.99 : 0.999;
}

/** Why a device could not be used, in a clause, from what its driver or onnxruntime says. */
export function reasonOf(device: Device, said: string): string {
  const [line = ""] = said
    .replace(/^.* was false\. /s, "")
    .replace(/^OrtSessionOptions\w+: /, "")
    .trim()
    .split("\n");
  const clause = line.slice(0, 300).replace(/\.$/, "");
  const hint = HINTS.find(({ kind, says }) => kind === kindOf(device) && says.test(said))?.hint;
  return hint === undefined ? clause : `${clause} (${hint})`;
}

const HINTS: readonly { readonly kind: Accelerator; readonly says: RegExp; readonly hint: string }[] = [
  {
    kind: "cuda",
    says: /shared library/i,
    hint: "run onnxruntime-node/script/install.js in node_modules with ONNXRUNTIME_NODE_INSTALL=cuda12, and install CUDA 12 and cuDNN 9",
  },
  {
    kind: "webgpu",
    says: /adapter/i,
    hint: "no driver shows a GPU; on Linux, install the GPU's Vulkan driver",
  },
];

/** What pictures are embedded on, for people; without a full stop. */
export function describeDevice({ device, test, refused }: DeviceChoice): string {
  const reasons = [...new Set(refused.map(({ reason }) => reason))];
  const why = reasons.map((reason) => `${devicesRefusedFor(reason, refused)}: ${reason}`).join("; ");
  if (test === undefined) return why === "" ? "the CPU" : `the CPU (${why})`;
  const rates = `${rate(test.perSecond)}/s in its self-test, the CPU ${rate(test.cpuPerSecond)}/s`;
  return `${device} (${rates}; cosine with the CPU's vectors at least ${floored(test.cosine)})${why === "" ? "" : `; ${why}`}`;
}

const devicesRefusedFor = (reason: string, refused: readonly RefusedDevice[]) =>
  refused.flatMap((each) => (each.reason === reason ? [each.device] : [])).join(", ");

const rate = (perSecond: number) => perSecond.toFixed(perSecond < 10 ? 1 : 0);
/** Never rounded up: 0.99996 is not 1. */
const floored = (cosine: number) => (Math.floor(cosine * 1e6) / 1e6).toString();
