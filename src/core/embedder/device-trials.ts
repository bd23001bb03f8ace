import type { Device, DeviceChoice, RefusedDevice } from "../types.ts";
import type { FoundDevice } from "./device-tower.ts";
import { type DevicesToTry, devicesToTry, reasonOf } from "./devices.ts";
import type { ChildExit } from "./embedding-child.ts";
import { isPicture, type Request } from "./request-queue.ts";

export interface DeviceTrialsOptions {
  /** As `parseDevices` reads it. Default: the CPU. */
  readonly device?: string | undefined;
  /** What `auto` need not try, with the reasons from when it did. */
  readonly recentlyRejected?: readonly RefusedDevice[] | undefined;
  /** Called whenever devices were tried, or one was left. */
  readonly onDevice?: ((choice: DeviceChoice) => void) | undefined;
  /** A child that is trying a device may send nothing for this long. Default: three minutes, for `auto` one. */
  readonly tryMs?: number | undefined;
}

/** A device's first run makes its programs, which takes some drivers a minute. For one that nobody asked for, less must do. */
const TRY_TIMEOUT_MS = { asked: 180_000, auto: 60_000 };

/** What pictures may be embedded on, and what came of it, over all the processes of one embedder. */
export class DeviceTrials {
  readonly isAuto: boolean;
  readonly #asked: string;
  readonly #tryMs: number;
  readonly #devices: DevicesToTry;
  readonly #onDevice: ((choice: DeviceChoice) => void) | undefined;
  /** What the process runs on, as it said last. */
  #found: Pick<FoundDevice, "device" | "test"> = { device: "cpu" };
  /** Not tried again: a driver that fails rarely recovers, and each try costs seconds. */
  readonly #refused: RefusedDevice[];
  #trying: Device | undefined;
  #hasTold = false;
  /** A request on which a process with this device died twice. Whose fault it was, shows without the device. */
  #onTrial: { readonly request: Request; readonly device: Device } | undefined;

  constructor({ device = "cpu", recentlyRejected = [], onDevice, tryMs }: DeviceTrialsOptions) {
    this.#asked = device;
    this.isAuto = device === "auto";
    this.#devices = devicesToTry(device);
    this.#refused = this.isAuto ? [...recentlyRejected] : [];
    this.#onDevice = onDevice;
    this.#tryMs = tryMs ?? TRY_TIMEOUT_MS[this.isAuto ? "auto" : "asked"];
  }

  /** Whether there is anything to try but the CPU. */
  get hasDevices(): boolean {
    return this.#devices.devices.length > 0;
  }

  /** What pictures are embedded on now. */
  choice(): DeviceChoice {
    const { device, test } = this.#found;
    return {
      asked: this.#asked,
      device,
      ...(test && { test }),
      refused: [...this.#devices.refused, ...this.#refused],
    };
  }

  /** A device that was asked for and cannot even be tried is told of when it would have been. */
  tellOfImpossible(): void {
    if (this.#hasTold || this.isAuto || this.hasDevices || this.#devices.refused.length === 0) return;
    this.#hasTold = true;
    this.#tell();
  }

  /** @returns what a new process is to try, in this order */
  forNewChild(): Device[] {
    this.#found = { device: "cpu" };
    const isRefused = (device: Device) => this.#refused.some((refused) => refused.device === device);
    return this.#onTrial ? [] : this.#devices.devices.filter((device) => !isRefused(device));
  }

  begin(device: Device): void {
    this.#trying = device;
  }

  /** The process has tried what it was to try. */
  settle(found: FoundDevice): void {
    this.#trying = undefined;
    this.#found = found;
    for (const { device, reason } of found.refused) this.#refuse(device, reason);
    this.#tell();
  }

  /** How long the process may be silent for the device that it tries; undefined while it tries none. */
  get silenceMs(): number | undefined {
    return this.#trying === undefined ? undefined : this.#tryMs;
  }

  /** The process was ended with whatever it tried. */
  forgetChild(): void {
    this.#trying = undefined;
  }

  /** @returns whether the process died of the device that it tried, and no request is to blame */
  blames(end: ChildExit, stuck: boolean): boolean {
    const device = this.#trying;
    if (device === undefined) return false;
    this.#trying = undefined;
    this.#refuse(
      device,
      stuck
        ? `it did not answer within ${this.#tryMs / 1000} s`
        : `its driver ended the process${end.stderr ? `: ${reasonOf(device, end.stderr)}` : ""}`,
    );
    this.#tell();
    return true;
  }

  /** @returns whether a request that crashed too often is to be tried once more, on the CPU */
  putsOnTrial(request: Request): boolean {
    const { device } = this.#found;
    if (this.#onTrial?.request === request) {
      this.#onTrial = undefined;
      return false;
    }
    if (device === "cpu" || this.#onTrial || request.cancelled || !isPicture(request)) return false;
    this.#onTrial = { request, device };
    return true;
  }

  /** What crashed a process with a device was done without it. */
  acquit(request: Request): void {
    if (request !== this.#onTrial?.request) return;
    this.#refuse(this.#onTrial.device, "it crashed twice at work that the CPU did");
    this.#onTrial = undefined;
    this.#tell();
  }

  /** Nobody waits for it any more. */
  cancel(request: Request): void {
    if (request === this.#onTrial?.request) this.#onTrial = undefined;
  }

  #refuse(device: Device, reason: string): void {
    if (this.#refused.every((refused) => refused.device !== device)) this.#refused.push({ device, reason });
  }

  #tell(): void {
    this.#onDevice?.(this.choice());
  }
}
