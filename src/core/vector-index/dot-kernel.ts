import { code } from "./dot-kernel-code.ts";

/**
 * Dot products of one query with many rows; see dot-kernel.wat. All arguments but `count` are byte addresses or
 * lengths in the memory; `stride` is a multiple of `ROW_STEP_BYTES` and not 0.
 */
export interface DotKernel {
  /** Rows side by side. */
  scan(this: void, rows: number, count: number, stride: number, query: number, scores: number): void;
  /** Rows anywhere, by a list of a multiple of `GATHER_BATCH` addresses. */
  gather(this: void, list: number, count: number, stride: number, query: number, scores: number): void;
}

/** What one step of an inner loop reads of a row: rows fill a whole number of these bytes. */
export const ROW_STEP_BYTES = 64;
export const GATHER_BATCH = 4;

/** @returns null on processors without SIMD. */
export function compileDotKernel(): WebAssembly.Module | null {
  const bytes = Buffer.from(code, "base64");
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
}

/** The kernel over one memory. */
export function bindDotKernel(kernel: WebAssembly.Module, memory: WebAssembly.Memory): DotKernel {
  const { scan, gather } = new WebAssembly.Instance(kernel, { index: { memory } }).exports;
  if (typeof scan !== "function" || typeof gather !== "function") {
    throw new TypeError("The dot kernel lacks a function.");
  }
  return {
    scan: (rows, count, stride, query, scores) => {
      scan(rows, count, stride, query, scores);
    },
    gather: (list, count, stride, query, scores) => {
      gather(list, count, stride, query, scores);
    },
  };
}

/** The same functions in JavaScript, for processors without SIMD. */
export function plainDotKernel(memory: WebAssembly.Memory): DotKernel {
  const floats = new Float32Array(memory.buffer);
  const integers = new Int32Array(memory.buffer);
  const dot = (row: number, stride: number, query: number): number => {
    const end = (row + stride) / 4;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = row / 4, q = query / 4; i < end; i += 4, q += 4) {
      a += (floats[i] ?? 0) * (floats[q] ?? 0);
      b += (floats[i + 1] ?? 0) * (floats[q + 1] ?? 0);
      c += (floats[i + 2] ?? 0) * (floats[q + 2] ?? 0);
      d += (floats[i + 3] ?? 0) * (floats[q + 3] ?? 0);
    }
    return a + b + c + d;
  };
  return {
    scan: (rows, count, stride, query, scores) => {
      for (let i = 0; i < count; i++) floats[scores / 4 + i] = dot(rows + i * stride, stride, query);
    },
    gather: (list, count, stride, query, scores) => {
      for (let i = 0; i < count; i++) {
        floats[scores / 4 + i] = dot(integers[list / 4 + i] ?? 0, stride, query);
      }
    },
  };
}

/** The part of WebAssembly used here; Node has it, but neither its types nor ECMAScript's declare it. */
declare global {
  namespace WebAssembly {
    function validate(bytes: Uint8Array): boolean;
    interface Module {
      readonly [Symbol.toStringTag]: string;
    }
    const Module: new (bytes: Uint8Array) => Module;
    const Instance: new (module: Module, imports: object) => Instance;
    interface Instance {
      readonly exports: Readonly<Record<string, unknown>>;
    }
    interface Memory {
      readonly buffer: ArrayBuffer;
    }
    const Memory: new (pages: { readonly initial: number; readonly maximum: number }) => Memory;
  }
}
