import { matchTones } from "./tone-curve.ts";

/** Of blocks of 8 x 8 samples, after the change of brightness (never falling) that fits best. */
export interface StructureDifference {
  /** Share of blocks that show anything in either picture. */
  readonly shown: number;
  /** Non-overlapping blocks in which edges meet: what distinguishes a drawing from similar ones. */
  readonly corners: number;
  /** Of all that is shown, by its contrast, the share in blocks where both show the same. */
  readonly agreeing: number;
  /** Share of blocks that show different things. */
  readonly differing: number;
  /** Root mean square of the strongest difference of a block. */
  readonly peak: number;
  /**
   * Whose the differing structure is: 1 if everywhere the second shows what the first has not, 0 the other way round,
   * 0.5 if each shows something of its own. Over all, and in the place where it is least and most the second's.
   */
  readonly added: number;
  readonly addedLeast: number;
  readonly addedMost: number;
  /** How much each place is of one of the two, in the worst place: 0 where both show something of their own, 1 where only one does. */
  readonly oneSided: number;
  /** In what differs, the share of the first's and of the second's structure that the other shows too, in the worst place. */
  readonly keptOfFirst: number;
  readonly keptOfSecond: number;
  /** Of all difference, the share that is left in the means of tiles: little, where one is sharper, softer or grainier. */
  readonly lasting: number;
  /** Whether they differ in one or two places that are about as wide as high and filled, as things are and words are not. */
  readonly hasBlob: boolean;
  /** Of all structure that differs, the share in each of `GRID_SIDE` x `GRID_SIDE` cells, row by row. */
  readonly places: Float64Array;
}

/** Cells along each side that say where pictures differ. */
export const GRID_SIDE = 12;

/** Brightness of two pictures in the same cells. */
export interface GreyPair {
  readonly one: Float32Array;
  readonly two: Float32Array;
  readonly columns: number;
  readonly rows: number;
}

/** Blocks are of 2 x 2 tiles, and every four neighbouring tiles are one. */
const TILE = 4;

/** Variance from which a block shows something. */
const SHOWN = 40;
/** Likeness of two blocks (their correlation, less where contrasts differ) from which they show the same. */
const ALIKE = 0.6;
/** Levels by which a block may be brighter than expected and still be the same. */
const BRIGHTER = 8;
/** Mean square difference below which blocks do not count as different: grain, traces of compression. */
const NEGLIGIBLE = 100;
/** Levels beyond which a picture may have been clipped: structure that another shows there is lost. */
const CLIPPED = { low: 5, high: 249 };

export function structureDifference(
  { one, two, columns, rows }: GreyPair,
  mayBeClipped: boolean,
): StructureDifference {
  const across = Math.floor(columns / TILE);
  const down = Math.floor(rows / TILE);
  const size = { across, down, columns };
  const [tonedOne, tonedTwo] = [matchTones(one, two), matchTones(two, one)];
  const forward = tileSums(tonedOne, two, size);
  const backward = tileSums(one, tonedTwo, size);
  const clipped = mayBeClipped && { one: clippedTiles(one, size), two: clippedTiles(two, size) };
  const wide = Math.min(2, across);
  const high = Math.min(2, down);
  const blocksAcross = across - wide + 1;
  const blocksDown = down - high + 1;
  const blocks = blocksAcross * blocksDown;
  /** Of blocks that differ: the structure that only the second, and only the first has. */
  const ofSecond = new Float64Array(blocks);
  const ofFirst = new Float64Array(blocks);
  /** Of the same blocks: the structure that both have. */
  const ofBoth = new Float64Array(blocks);
  const places = new Float64Array(GRID_SIDE * GRID_SIDE);
  const n = TILE * TILE * wide * high;
  let shown = 0;
  let differing = 0;
  let contrast = 0;
  let agreeing = 0;
  let peak = 0;
  let differingStructure = 0;
  const left = { means: 0, all: 0 };
  for (let block = 0; block < blocks; block++) {
    const tile = Math.floor(block / blocksAcross) * across + (block % blocksAcross);
    const { va, vb, common, shift } = statistics(forward, tile, wide, high, across, n);
    const most = Math.max(va, vb);
    if (most > SHOWN) {
      shown += 1;
      contrast += Math.sqrt(most);
    }
    const isAlike = showsSame(va, vb, common, shift);
    const back = statistics(backward, tile, wide, high, across, n);
    const isAlikeBack = showsSame(back.va, back.vb, back.common, back.shift);
    const isExcused =
      isAlike !== isAlikeBack &&
      clipped !== false &&
      anyTile(isAlike ? clipped.two : clipped.one, tile, wide, high, across);
    if ((isAlike && isAlikeBack) || isExcused) {
      if (most > SHOWN) agreeing += Math.sqrt(most);
      continue;
    }
    // By that direction in which more differs: letters laid over one picture are lost in the tones of the other.
    const forwards = differenceOf(va, vb, common, shift);
    const backwards = differenceOf(back.va, back.vb, back.common, back.shift);
    const isForwards = isAlikeBack || (!isAlike && forwards >= backwards);
    const difference = isForwards ? forwards : backwards;
    if (difference < NEGLIGIBLE) continue;
    differing += 1;
    peak = Math.max(peak, Math.sqrt(difference));
    const told = isForwards ? { va, vb, common } : back;
    addLasting(left, isForwards ? forward : backward, tile, wide, high, across);
    ofSecond[block] = Math.max(0, told.vb - told.common) + 1e-6;
    ofFirst[block] = Math.max(0, told.va - told.common) + 1e-6;
    ofBoth[block] = Math.max(0, told.common);
    const column = Math.floor(((block % blocksAcross) * GRID_SIDE) / blocksAcross);
    const row = Math.floor((Math.floor(block / blocksAcross) * GRID_SIDE) / blocksDown);
    const place = row * GRID_SIDE + column;
    const own = (ofSecond[block] as number) + (ofFirst[block] as number);
    places[place] = (places[place] as number) + own;
    differingStructure += own;
  }
  const placesDiffering = placesOf({ ofFirst, ofSecond, ofBoth }, blocksAcross);
  return {
    shown: shown / blocks,
    corners: Math.max(cornersOf(one, columns, rows), cornersOf(two, columns, rows)),
    agreeing: contrast > 0 ? agreeing / contrast : 1,
    differing: differing / blocks,
    peak,
    ...addedShares(placesDiffering),
    lasting: left.means / Math.max(left.all, Number.MIN_VALUE),
    hasBlob:
      differing <= MAX_BLOB * blocks &&
      hasBlob(notableOf(placesDiffering), { one, two, tonedOne, tonedTwo, columns }),
    places: places.map((own) => own / Math.max(differingStructure, Number.MIN_VALUE)),
  };
}

const differenceOf = (va: number, vb: number, common: number, shift: number) =>
  Math.max(0, va + vb - 2 * common) + shift * shift;

const showsSame = (va: number, vb: number, common: number, shift: number) =>
  (2 * common + SHOWN) / (va + vb + SHOWN) > ALIKE && shift === 0;

interface Tiling {
  readonly across: number;
  readonly down: number;
  readonly columns: number;
}

/** Sums of two pictures over each tile: a, b, a², b², ab. */
const SUMS = 5;

function tileSums(a: Float32Array, b: Float32Array, { across, down, columns }: Tiling): Float64Array {
  const sums = new Float64Array(SUMS * across * down);
  for (let row = 0, tile = 0; row < down; row++) {
    for (let column = 0; column < across; column++, tile++) {
      let sa = 0;
      let sb = 0;
      let saa = 0;
      let sbb = 0;
      let sab = 0;
      const start = row * TILE * columns + column * TILE;
      for (let y = 0; y < TILE; y++) {
        for (let x = 0, at = start + y * columns; x < TILE; x++, at++) {
          const va = a[at] as number;
          const vb = b[at] as number;
          sa += va;
          sb += vb;
          saa += va * va;
          sbb += vb * vb;
          sab += va * vb;
        }
      }
      const to = SUMS * tile;
      sums[to] = sa;
      sums[to + 1] = sb;
      sums[to + 2] = saa;
      sums[to + 3] = sbb;
      sums[to + 4] = sab;
    }
  }
  return sums;
}

/** Variances and covariance of a block, and how much farther apart its means are than copies' may be. */
function statistics(sums: Float64Array, tile: number, wide: number, high: number, across: number, n: number) {
  let sa = 0;
  let sb = 0;
  let saa = 0;
  let sbb = 0;
  let sab = 0;
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      const at = SUMS * (tile + y * across + x);
      sa += sums[at] as number;
      sb += sums[at + 1] as number;
      saa += sums[at + 2] as number;
      sbb += sums[at + 3] as number;
      sab += sums[at + 4] as number;
    }
  }
  const ma = sa / n;
  const mb = sb / n;
  return {
    va: Math.max(0, saa / n - ma * ma),
    vb: Math.max(0, sbb / n - mb * mb),
    common: sab / n - ma * mb,
    shift: Math.max(0, Math.abs(ma - mb) - BRIGHTER),
  };
}

function clippedTiles(values: Float32Array, { across, down, columns }: Tiling): Uint8Array {
  const clipped = new Uint8Array(across * down);
  for (let row = 0; row < down * TILE; row++) {
    const tiles = Math.floor(row / TILE) * across;
    for (let x = 0, at = row * columns; x < across * TILE; x++, at++) {
      const value = values[at] as number;
      if (value > CLIPPED.high || value < CLIPPED.low) clipped[tiles + (x >> 2)] = 1;
    }
  }
  return clipped;
}

function anyTile(marked: Uint8Array, tile: number, wide: number, high: number, across: number): boolean {
  for (let y = 0; y < high; y++)
    for (let x = 0; x < wide; x++) if (marked[tile + y * across + x]) return true;
  return false;
}

const CORNER_BLOCK = 8;
/** Of a block's gradients: energy per sample, along the direction that has least of it. */
const CORNER_ENERGY = 12;

/** Blocks whose gradients point in more than one direction. */
function cornersOf(values: Float32Array, columns: number, rows: number): number {
  let corners = 0;
  for (let top = 1; top + CORNER_BLOCK < rows; top += CORNER_BLOCK) {
    for (let left = 1; left + CORNER_BLOCK < columns; left += CORNER_BLOCK) {
      let xx = 0;
      let xy = 0;
      let yy = 0;
      for (let y = top; y < top + CORNER_BLOCK; y++) {
        for (let x = left, at = y * columns + left; x < left + CORNER_BLOCK; x++, at++) {
          const dx = (values[at + 1] as number) - (values[at - 1] as number);
          const dy = (values[at + columns] as number) - (values[at - columns] as number);
          xx += dx * dx;
          xy += dx * dy;
          yy += dy * dy;
        }
      }
      const half = (xx + yy) / 2;
      const least = half - Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy);
      if (least / CORNER_BLOCK ** 2 > CORNER_ENERGY * CORNER_ENERGY) corners += 1;
    }
  }
  return corners;
}

/** A place counts if it holds this share of all differing structure. */
const NOTABLE = 0.1;

interface BlockStructure {
  readonly ofFirst: Float64Array;
  readonly ofSecond: Float64Array;
  readonly ofBoth: Float64Array;
}

function addedShares(places: readonly Place[]) {
  const total = totalOf(places);
  if (total === 0)
    return { added: 0.5, addedLeast: 0.5, addedMost: 0.5, oneSided: 0, keptOfFirst: 1, keptOfSecond: 1 };
  const notable = notableOf(places);
  const shares = notable.map(({ first, second }) => second / (first + second));
  const added = places.reduce((sum, { second }) => sum + second, 0) / total;
  return {
    added,
    addedLeast: Math.min(added, ...shares),
    addedMost: Math.max(added, ...shares),
    oneSided: shares.length > 0 ? Math.min(...shares.map((share) => Math.abs(2 * share - 1))) : 0,
    keptOfFirst: Math.min(
      ...(notable.length > 0 ? notable : places).map(({ first, both }) => both / (both + first)),
    ),
    keptOfSecond: Math.min(
      ...(notable.length > 0 ? notable : places).map(({ second, both }) => both / (both + second)),
    ),
  };
}

const totalOf = (places: readonly Place[]) =>
  places.reduce((sum, { first, second }) => sum + first + second, 0);

function notableOf(places: readonly Place[]): Place[] {
  const total = totalOf(places);
  return places.filter(({ first, second }) => first + second >= NOTABLE * total);
}

/** Differing blocks that touch each other: sums of their structure, and the tiles that they lie on. */
interface Place {
  first: number;
  second: number;
  both: number;
  readonly tiles: Edges;
}

interface Edges {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Sums over differing blocks that touch each other. */
function placesOf({ ofFirst, ofSecond, ofBoth }: BlockStructure, across: number) {
  const seen = new Uint8Array(ofFirst.length);
  const places: Place[] = [];
  for (let start = 0; start < ofFirst.length; start++) {
    if (seen[start] || ofFirst[start] === 0) continue;
    const tiles = { left: across, top: ofFirst.length, right: 0, bottom: 0 };
    const place = { first: 0, second: 0, both: 0, tiles };
    const waiting = [start];
    seen[start] = 1;
    for (let block = waiting.pop(); block !== undefined; block = waiting.pop()) {
      place.first += ofFirst[block] as number;
      place.second += ofSecond[block] as number;
      place.both += ofBoth[block] as number;
      const x = block % across;
      const y = Math.floor(block / across);
      tiles.left = Math.min(tiles.left, x);
      tiles.right = Math.max(tiles.right, x + 2);
      tiles.top = Math.min(tiles.top, y);
      tiles.bottom = Math.max(tiles.bottom, y + 2);
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const next = block + dy * across + dx;
          if (x + dx < 0 || x + dx >= across || next < 0 || next >= ofFirst.length) continue;
          if (seen[next] || ofFirst[next] === 0) continue;
          seen[next] = 1;
          waiting.push(next);
        }
      }
    }
    places.push(place);
  }
  return places;
}

/** Share of blocks up to which what differs may be a thing in a scene. */
const MAX_BLOB = 0.1;
/**
 * A blob is at most so many times as wide as high, or as high as wide, and fills this share of the box around it. Measured on
 * photos: discs and cut-outs of 4 to 8 % of the width fill 0.35 and more, and lines of words are 3 and more times as wide as high.
 */
const BLOB = { aspect: 2.3, filled: 0.34 };
/** A thing that was moved shows in two places; the letters of a word, each on its own, in more. */
const MAX_BLOBS = 2;

interface ComparedTones extends Omit<GreyPair, "rows"> {
  readonly tonedOne: Float32Array;
  readonly tonedTwo: Float32Array;
}

const hasBlob = (places: readonly Place[], compared: ComparedTones) =>
  places.length <= MAX_BLOBS && places.some((place) => isBlob(place, compared));

function isBlob({ tiles }: Place, { one, two, tonedOne, tonedTwo, columns }: ComparedTones): boolean {
  const width = Math.min(columns, TILE * tiles.right) - TILE * tiles.left;
  const height = TILE * (tiles.bottom - tiles.top);
  const apart = new Float32Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, at = (TILE * tiles.top + y) * columns + TILE * tiles.left; x < width; x++, at++, to++) {
      const forwards = (tonedOne[at] as number) - (two[at] as number);
      const backwards = (one[at] as number) - (tonedTwo[at] as number);
      apart[to] = Math.max(Math.abs(forwards), Math.abs(backwards));
    }
  }
  const sorted = Float32Array.from(apart).sort();
  const least = (sorted[Math.floor(0.95 * (sorted.length - 1))] as number) / 2;
  let [left, right, top, bottom, filled] = [width, 0, height, 0, 0];
  for (let at = 0; at < apart.length; at++) {
    if ((apart[at] as number) < least) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
    filled += 1;
  }
  const [wide, high] = [right - left, bottom - top];
  return Math.max(wide / high, high / wide) <= BLOB.aspect && filled >= BLOB.filled * wide * high;
}

/** Adds, of one block, the squares of the difference in the means of its tiles, and of all of it. */
function addLasting(
  to: { means: number; all: number },
  sums: Float64Array,
  tile: number,
  wide: number,
  high: number,
  across: number,
): void {
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      const at = SUMS * (tile + y * across + x);
      const apart = (sums[at] as number) - (sums[at + 1] as number);
      to.means += (apart * apart) / TILE ** 2;
      to.all += (sums[at + 2] as number) + (sums[at + 3] as number) - 2 * (sums[at + 4] as number);
    }
  }
}
