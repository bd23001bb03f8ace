/** A box of a file of the ISO base media family (ISO/IEC 14496-12): HEIF, films, some raw files. */
export interface Box {
  readonly type: string;
  /** Of its content. */
  readonly start: number;
  readonly end: number;
}

/** Of one level, and entries of one list. Phones divide 200 million pixels into some 800 tiles. */
export const MAX_BOXES = 16_384;

/** Those of a range, each at most as long as it; a box may reach to the end of the file without saying its size. */
export function boxes(view: DataView, start: number, end: number): Box[] {
  const found: Box[] = [];
  for (let at = start; at + 8 <= end && found.length < MAX_BOXES; ) {
    const size = view.getUint32(at);
    const head = size === 1 ? 16 : 8;
    const whole = size === 1 ? Number(view.getBigUint64(at + 8)) : size === 0 ? end - at : size;
    if (whole < head) break;
    found.push({ type: typeAt(view, at + 4), start: at + head, end: Math.min(at + whole, end) });
    at += whole;
  }
  return found;
}

/** Four characters. */
export const typeAt = (view: DataView, at: number) =>
  String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)));
