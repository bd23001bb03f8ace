/** What inference runs on: `cpu`, or an accelerator, with its number where there are several: `cuda`, `cuda:1`. */
export type Device = string;

export interface RefusedDevice {
  readonly device: Device;
  /** A clause: what was found, and what to do where something can be done. */
  readonly reason: string;
}

/** What the self-test measured of a device, on pictures made for it. */
export interface DeviceTest {
  /** The smallest cosine between its vector of a picture and the CPU's. */
  readonly cosine: number;
  /** Pictures per second of one small batch, on the device and on the CPU. */
  readonly perSecond: number;
  readonly cpuPerSecond: number;
}

/** What pictures are embedded on, and why on nothing else. */
export interface DeviceChoice {
  /** `auto`, or the device that was asked for. */
  readonly asked: string;
  readonly device: Device;
  /** Absent for the CPU. */
  readonly test?: DeviceTest | undefined;
  readonly refused: readonly RefusedDevice[];
}
