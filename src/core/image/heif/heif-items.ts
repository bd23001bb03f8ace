import { type Box, boxes, MAX_BOXES, typeAt } from "../formats/iso-boxes.ts";

/** What a file of the family of HEIF says of its primary picture, by its boxes (ISO/IEC 14496-12 and 23008-12). */
export interface HeifItems {
  /** Four characters: `hvc1`, `av01`, `jpeg` …, of the tiles where the picture is made of them. */
  readonly codec: string;
  /** Share of the primary picture's bytes that lie beyond the end of the file. */
  readonly missing: number;
  /** Pixels of that picture by its own property, of the whole where it is made of tiles, before it is turned. */
  readonly pixels: number;
}

/** Pictures of pictures: a grid, or an overlay of grids. */
const MAX_DEPTH = 4;

/** Undefined where its boxes cannot be followed to a primary picture. */
export function readHeifItems(bytes: Uint8Array): HeifItems | undefined {
  try {
    const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const meta = boxes(file, 0, file.byteLength).find(({ type }) => type === "meta");
    return meta && primaryOf(file, meta);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function primaryOf(file: DataView, meta: Box): HeifItems | undefined {
  const inside = boxes(file, meta.start + FULL_BOX, meta.end);
  const box = (type: string) => inside.find((each) => each.type === type);
  const [pitm, iinf, iloc, iref] = [box("pitm"), box("iinf"), box("iloc"), box("iref")];
  if (!pitm || !iinf || !iloc) return undefined;
  const primary = itemId(file, pitm.start + FULL_BOX, version(file, pitm) > 0);
  const types = itemTypes(file, iinf);
  const parts = iref ? partsOf(file, iref) : new Map<number, readonly number[]>();
  const codedItems = new Set<number>();
  const collect = (id: number, depth: number) => {
    const tiles = parts.get(id);
    if (DERIVED.has(types.get(id) ?? "") && tiles && depth < MAX_DEPTH)
      for (const tile of tiles) collect(tile, depth + 1);
    else codedItems.add(id);
  };
  collect(primary, 0);
  const [first = primary] = codedItems;
  const codec = types.get(first);
  if (codec === undefined) return undefined;
  const iprp = box("iprp");
  return {
    codec,
    missing: missingFraction(file, iloc, inside, codedItems),
    pixels: iprp ? pixelsOf(file, iprp, primary) : 0,
  };
}

/** Version and flags of a "full box". */
const FULL_BOX = 4;
const version = (view: DataView, box: Box) => view.getUint8(box.start);
const itemId = (view: DataView, at: number, isLong: boolean) =>
  isLong ? view.getUint32(at) : view.getUint16(at);

/** Made of other pictures: tiles, layers, or one that is turned. */
const DERIVED = new Set(["grid", "iovl", "iden"]);

function itemTypes(view: DataView, iinf: Box): Map<number, string> {
  const entries = iinf.start + FULL_BOX + (version(view, iinf) === 0 ? 2 : 4);
  return new Map(
    boxes(view, entries, iinf.end).flatMap((infe) => {
      if (infe.type !== "infe" || version(view, infe) < 2) return [];
      const isLong = version(view, infe) > 2;
      const id = itemId(view, infe.start + FULL_BOX, isLong);
      return [[id, typeAt(view, infe.start + FULL_BOX + (isLong ? 6 : 4))] as const];
    }),
  );
}

/** By item, those that it is made of. */
function partsOf(view: DataView, iref: Box): Map<number, readonly number[]> {
  const isLong = version(view, iref) > 0;
  const bytes = isLong ? 4 : 2;
  return new Map(
    boxes(view, iref.start + FULL_BOX, iref.end).flatMap(({ type, start }) => {
      if (type !== "dimg") return [];
      const count = Math.min(view.getUint16(start + bytes), MAX_BOXES);
      const to = Array.from({ length: count }, (_, index) =>
        itemId(view, start + bytes + 2 + index * bytes, isLong),
      );
      return [[itemId(view, start, isLong), to] as const];
    }),
  );
}

interface Extent {
  readonly offset: number;
  readonly length: number;
  /** In the box `idat` of this file's head instead of anywhere in the file. */
  readonly isInHead: boolean;
}

function missingFraction(
  view: DataView,
  iloc: Box,
  inside: readonly Box[],
  wanted: ReadonlySet<number>,
): number {
  const idat = inside.find(({ type }) => type === "idat");
  let [all, missing] = [0, 0];
  for (const { offset, length, isInHead } of extentsOf(view, iloc, wanted)) {
    const [start, end] = isInHead
      ? [(idat?.start ?? view.byteLength) + offset, idat?.end ?? 0]
      : [offset, view.byteLength];
    all += length;
    missing += length - Math.max(0, Math.min(start + length, end) - start);
  }
  return all === 0 ? 0 : missing / all;
}

function extentsOf(view: DataView, iloc: Box, wanted: ReadonlySet<number>): Extent[] {
  const edition = version(view, iloc);
  const isLong = edition === 2;
  let at = iloc.start + FULL_BOX;
  const [sizes, moreSizes] = [view.getUint8(at), view.getUint8(at + 1)];
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 4, sizes & 15, moreSizes >> 4];
  const indexBytes = edition > 0 ? moreSizes & 15 : 0;
  at += 2;
  const count = Math.min(itemId(view, at, isLong), MAX_BOXES);
  at += isLong ? 4 : 2;
  const number = (bytes: number) => {
    const value = bytes === 8 ? Number(view.getBigUint64(at)) : bytes === 4 ? view.getUint32(at) : 0;
    at += bytes;
    return value;
  };
  const extents: Extent[] = [];
  for (let index = 0; index < count; index++) {
    const id = itemId(view, at, isLong);
    at += isLong ? 4 : 2;
    const isInHead = edition > 0 && (view.getUint16(at) & 15) === 1;
    at += edition > 0 ? 4 : 2;
    const base = number(baseBytes);
    const extentCount = Math.min(view.getUint16(at), MAX_BOXES);
    at += 2;
    for (let extent = 0; extent < extentCount; extent++) {
      number(indexBytes);
      const offset = base + number(offsetBytes);
      const length = number(lengthBytes);
      if (wanted.has(id)) extents.push({ offset, length, isInHead });
    }
  }
  return extents;
}

/** By the property `ispe` that belongs to an item; 0 where none does. */
function pixelsOf(view: DataView, iprp: Box, id: number): number {
  const inside = boxes(view, iprp.start, iprp.end);
  const ipco = inside.find(({ type }) => type === "ipco");
  const properties = ipco ? boxes(view, ipco.start, ipco.end) : [];
  for (const ipma of inside.filter(({ type }) => type === "ipma")) {
    const isLong = version(view, ipma) > 0;
    const isWide = (view.getUint8(ipma.start + 3) & 1) === 1;
    let at = ipma.start + FULL_BOX + 4;
    const count = Math.min(view.getUint32(ipma.start + FULL_BOX), MAX_BOXES);
    for (let entry = 0; entry < count && at < ipma.end; entry++) {
      const item = itemId(view, at, isLong);
      at += isLong ? 4 : 2;
      const associations = view.getUint8(at++);
      for (let index = 0; index < associations; index++) {
        const property = isWide ? view.getUint16(at) & 0x7fff : view.getUint8(at) & 0x7f;
        at += isWide ? 2 : 1;
        const found = item === id ? properties[property - 1] : undefined;
        if (found?.type === "ispe")
          return view.getUint32(found.start + FULL_BOX) * view.getUint32(found.start + FULL_BOX + 4);
      }
    }
  }
  return 0;
}
