const SIGNATURE_BYTES = 8;
/** Chunks that say more about the colours than a gamma does. */
const OTHER_COLOURS = ["iCCP", "sRGB", "cICP"];

/** The gamma that a PNG gives its values by itself, such as 0.45455; undefined for none, or where a profile outranks it. */
export function pngGamma(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let gamma: number | undefined;
  for (let at = SIGNATURE_BYTES; at + 12 <= bytes.length; ) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (OTHER_COLOURS.includes(type)) return undefined;
    if (type === "IDAT") break;
    if (type === "gAMA") gamma = view.getUint32(at + 8) / 100_000;
    at += 12 + view.getUint32(at);
  }
  return gamma;
}
