import type { RawPicture } from "../raw-picture.ts";
import { type ResampleKernel, resampleKernel } from "./resample-kernel.ts";
import { type Axis, type Interpolation, type Weights, weightsOf } from "./resample-weights.ts";

/** One per thread; its memory is scratch space that does not outlive a call. */
const kernel = resampleKernel();

/** Source lines are handed to the kernel in blocks of about this many bytes. */
const BLOCK_BYTES = 1 << 19;
const PAGE_BYTES = 1 << 16;
/** The kernel works on eight bytes at a time and may read or write that many past an end. */
const OVERREAD = 16;

/**
 * Resizes as Pillow does, bit for bit: antialiased filter, 22-bit fixed-point weights, horizontal pass
 * first, each pass rounded to 8 bits. Only the wanted part is computed.
 * @returns interleaved RGB of `columns.length` x `rows.length`
 */
export function resample(
  picture: RawPicture,
  columns: Axis,
  rows: Axis,
  interpolation: Interpolation,
): Uint8Array {
  const across = weightsOf(columns, interpolation);
  const down = weightsOf(rows, interpolation);
  const scratch = new Scratch(kernel);
  const lineBytes = columns.length * 3;
  const resizedRows = horizontalPass(
    picture,
    across,
    { from: down.first[0] ?? 0, to: down.end, lineBytes },
    scratch,
  );
  return verticalPass(resizedRows, down, lineBytes, scratch);
}

/** Hands out the kernel's memory from the start on, growing it as needed. */
class Scratch {
  readonly kernel: ResampleKernel;
  #used = 0;

  constructor(kernel: ResampleKernel) {
    this.kernel = kernel;
  }

  /** Position of so many free bytes. Growing replaces the buffer: look at `bytes` afterwards. */
  reserve(bytes: number): number {
    const at = this.#used;
    this.#used += Math.ceil((bytes + OVERREAD) / OVERREAD) * OVERREAD;
    const { memory } = this.kernel;
    const missing = this.#used - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    return at;
  }

  put(numbers: Int32Array | Int16Array): number {
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    const at = this.reserve(bytes.length);
    this.bytes.set(bytes, at);
    return at;
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.kernel.memory.buffer);
  }
}

interface Lines {
  readonly from: number;
  readonly to: number;
  /** Of one line when done. */
  readonly lineBytes: number;
}

/** The horizontal pass over the lines that the vertical one needs. */
function horizontalPass(
  { data, width }: RawPicture,
  across: Weights,
  lines: Lines,
  scratch: Scratch,
): number {
  const { from, to, lineBytes } = lines;
  const stride = width * 3;
  const linesPerBlock = Math.max(1, Math.floor(BLOCK_BYTES / stride));
  const first = scratch.put(across.first.map((pixel) => pixel * 3));
  const pairs = scratch.put(across.pairs);
  const weights = scratch.put(across.taps);
  const block = scratch.reserve(linesPerBlock * stride);
  const target = scratch.reserve((to - from) * lineBytes);
  const pixels = across.first.length;
  for (let line = from; line < to; line += linesPerBlock) {
    const count = Math.min(linesPerBlock, to - line);
    scratch.bytes.set(data.subarray(line * stride, (line + count) * stride), block);
    const out = target + (line - from) * lineBytes;
    scratch.kernel.across(block, stride, count, out, pixels, first, pairs, weights, across.step * 2);
  }
  return target;
}

/** The vertical pass. */
function verticalPass(source: number, down: Weights, lineBytes: number, scratch: Scratch): Uint8Array {
  const weights = scratch.put(down.taps);
  const target = scratch.reserve(down.first.length * lineBytes);
  // An odd tap is paired with a line that may lie past the last one.
  scratch.reserve(lineBytes);
  const top = down.first[0] ?? 0;
  for (let row = 0; row < down.first.length; row++) {
    const from = source + ((down.first[row] ?? 0) - top) * lineBytes;
    const taps = weights + row * down.step * 2;
    const out = target + row * lineBytes;
    scratch.kernel.down(from, lineBytes, down.pairs[row] ?? 1, taps, out, lineBytes);
  }
  return scratch.bytes.slice(target, target + down.first.length * lineBytes);
}
