import { code } from "./resample-kernel-code.ts";

/** The part of WebAssembly's interface that is used here; Node's own types leave it out. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: ResampleKernel };
};

/** All positions are byte offsets into `memory`; see resample-kernel.wat for the layout of the weights. */
export interface ResampleKernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  across(
    from: number,
    stride: number,
    lines: number,
    to: number,
    pixels: number,
    first: number,
    pairs: number,
    weights: number,
    step: number,
  ): void;
  down(from: number, stride: number, pairs: number, weights: number, to: number, bytes: number): void;
}

export function resampleKernel(): ResampleKernel {
  return new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(code, "base64"))).exports;
}
