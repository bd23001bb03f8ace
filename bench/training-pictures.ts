import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../shared/training", import.meta.url));

export interface LabelledPicture {
  /** Where it comes from: "tiny", "caltech101", "emoji-noto" … */
  readonly set: string;
  readonly label: string;
  readonly bytes: Uint8Array;
}

/** The labelled validation pictures, at most `perSet` of each set; none when they are unavailable. */
export function validationPictures(perSet: number): LabelledPicture[] {
  if (!existsSync(folder)) return [];
  const labels = new Map(rows("labels.tsv").map(([id = "", , , name = ""]) => [id, name]));
  const wanted = new Map<string, { set: string; label: string }>();
  const taken = new Map<string, number>();
  const packs = new Set<string>();
  for (const [id = "", set = "", split = "", pack = ""] of rows("images.tsv")) {
    const label = labels.get(id);
    if (split !== "val" || label === undefined || (taken.get(set) ?? 0) >= perSet) continue;
    taken.set(set, (taken.get(set) ?? 0) + 1);
    packs.add(pack);
    wanted.set(id, { set, label });
  }
  return [...packs].sort().flatMap((pack) =>
    records(readFileSync(join(folder, `pack-${pack}.bin`))).flatMap(({ id, bytes }) => {
      const about = wanted.get(id);
      return about ? [{ ...about, bytes }] : [];
    }),
  );
}

/** The captioned validation pictures of a set; none when they are unavailable. */
export function captionedPictures(wanted: string): {
  readonly name: string;
  readonly captions: readonly string[];
  readonly source: { readonly bytes: Uint8Array };
}[] {
  if (!existsSync(folder)) return [];
  const captions = new Map<string, string[]>();
  for (const [id = "", , caption = ""] of rows("captions.tsv"))
    captions.set(id, [...(captions.get(id) ?? []), caption]);
  const packs = new Map<string, Set<string>>();
  for (const [id = "", set = "", split = "", pack = ""] of rows("images.tsv")) {
    if (set === wanted && split === "val") packs.set(pack, (packs.get(pack) ?? new Set()).add(id));
  }
  return [...packs].flatMap(([pack, ids]) =>
    records(readFileSync(join(folder, `pack-${pack}.bin`)))
      .filter(({ id }) => ids.has(id))
      .map(({ id, bytes }) => ({ name: id, captions: captions.get(id) ?? [], source: { bytes } })),
  );
}

/** A pack is a run of records: id length (1 byte), picture length (4, little-endian), id, picture. */
function records(pack: Buffer): { id: string; bytes: Uint8Array }[] {
  const found = [];
  for (let at = 0; at < pack.length; ) {
    const idLength = pack.readUInt8(at);
    const start = at + 5 + idLength;
    const end = start + pack.readUInt32LE(at + 1);
    found.push({ id: pack.toString("latin1", at + 5, start), bytes: pack.subarray(start, end) });
    at = end;
  }
  return found;
}

function rows(file: string): string[][] {
  const [, ...lines] = readFileSync(join(folder, file), "utf8").trimEnd().split("\n");
  return lines.map((line) => line.split("\t"));
}
