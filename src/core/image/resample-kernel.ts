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

/** resample-kernel.wat, assembled by wabt 1.0.39: `wat2wasm resample-kernel.wat -o - | base64`. */
const code =
  "AGFzbQEAAAABHANgAnt7AXtgCX9/f39/f39/fwBgBn9/f39/fwADBAMAAQIFAwEAAQcaAwZtZW1vcnkCAAZhY3Jvc3MAAQRk" +
  "b3duAAIK8wQDKAAgAP0MAAAgAAAAIAAAACAAAAAgAP2uASABQQz9qwH9rgFBFv2sAQv+AQIEfwN7A0BBACEJA0AgACAFIAlB" +
  "AnRqKAIAaiEKIAYgCUECdGooAgAhDCAHIAkgCGxqIQv9DAAAAAAAAAAAAAAAAAAAAAAhDf0MAAAAAAAAAAAAAAAAAAAAACEO" +
  "A0AgCv1dAwD9DAD/A/8B/wT/Av8F///////9DiEPIA0gDyAL/QkCAP26Af2uASENIA4gDyAL/QkCBP26Af2uASEOIApBBmoh" +
  "CiALQQhqIQsgDEEBayIMDQALIA0gDhAAIQ0gDSAN/YUBIQ0gDSAN/WYhDSADIA39WgIAACADQQNqIQMgCUEBaiIJIARJDQAL" +
  "IAAgAWohACACQQFrIgINAAsLxwICBH8JeyAEIAVqIQkDQCAAIQYgAyEHIAIhCP0MAAAAAAAAAAAAAAAAAAAAACEP/QwAAAAA" +
  "AAAAAAAAAAAAAAAAIRD9DAAAAAAAAAAAAAAAAAAAAAAhEf0MAAAAAAAAAAAAAAAAAAAAACESA0AgBv0CAwAhCiAGIAFq/QID" +
  "ACELIAf9CQIAIQ0gB/0JAgQhDiAKIAv9DQABEBECAxITBAUUFQYHFhchDCAPIAwgDf26Af2uASEPIBEgDCAO/boB/a4BIREg" +
  "CiAL/Q0ICRgZCgsaGwwNHB0ODx4fIQwgECAMIA39ugH9rgEhECASIAwgDv26Af2uASESIAYgAUEBdGohBiAHQQhqIQcgCEEB" +
  "ayIIDQALIA8gERAAIBAgEhAA/YUBIQ8gBCAPIA/9Zv1bAwAAIABBCGohACAEQQhqIQQgBCAJSQ0ACws=";

export function resampleKernel(): ResampleKernel {
  return new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(code, "base64"))).exports;
}
