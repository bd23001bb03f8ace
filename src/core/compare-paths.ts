/**
 * Orders paths as the catalog does: by code points, which is the order of their UTF-8 bytes. The operators of
 * JavaScript order by UTF-16 units, where a character beyond U+FFFF begins with a unit below U+E000.
 */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x !== y) return x < SURROGATES || y < SURROGATES ? x - y : rank(x) - rank(y);
  }
  return a.length - b.length;
}

const SURROGATES = 0xd800;
const AFTER_SURROGATES = 0xe000;

/** Surrogates after all other units. */
const rank = (unit: number) => (unit < AFTER_SURROGATES ? unit + 0x1_0000 : unit);
