import { isCameraStillName, isRawName } from "../media-kind.ts";

/** Raw files that are not read, beside pictures that are. */
const OTHER_RAW = /\.(3fr|crw|erf|iiq|kdc|mef|mos|mrw|nrw|raw|rwl|sr2|srf|x3f)$/i;
/** The sidecars of raw files are named without their extension. */
const isRaw = (name: string) => isRawName(name) || OTHER_RAW.test(name);

/** How an edited picture is marked by Takeout, in the languages of most of its users. */
const EDITED = /-(edited|bearbeitet|modifié|editado|modificato|bewerkt|edytowane|редакт|編集済み)$/iu;

/** Of names without `.json`, in Takeout. */
const LONGEST_STEM = 46;
const METADATA = ".supplemental-metadata";

/**
 * The XMP documents beside a picture, among the names of its folder: `photo.jpg.xmp`, `photo.nef.xmp` of a raw file that
 * belongs to it, and `photo.xmp`, which beside a raw file of that name is not another picture's.
 */
export function xmpBeside(file: string, names: Names): string[] {
  const stem = file.replace(/\.[^.]*$/, "");
  const raws = names.withStem(stem).filter((name) => isRaw(name) && name !== file);
  const own = isCameraStillName(file) ? [file, ...raws] : [file];
  const isItsOwn = isCameraStillName(file) || isRaw(file) || raws.length === 0;
  return [...own.map((name) => `${name}.xmp`), ...(isItsOwn ? [`${stem}.xmp`] : [])].flatMap(
    (name) => names.like(name) ?? [],
  );
}

/**
 * The JSON that Google Takeout may have written of a picture, the most likely first: names are cut to 46 letters, and
 * the number of a second picture of one name stands behind the first one's ending.
 */
export function takeoutBeside(file: string, names: Names): string[] {
  const [, stem = file, number = "", ending = ""] = /^(.*?)(\(\d+\))?(\.[^.]*)?$/s.exec(file) ?? [];
  const plain = stem.normalize("NFC").replace(EDITED, "");
  const candidates = [
    ...numbered(`${stem}${ending}`, number),
    // Its own name has the number in it.
    ...(number === "" ? [] : numbered(file, "")),
    ...(plain === stem.normalize("NFC") ? [] : numbered(`${plain}${ending}`, number)),
    ...numbered(stem, number),
  ];
  return [...new Set(candidates)].flatMap((name) => names.like(name) ?? []);
}

/** Of a name that is too long, what follows it is cut, or the name itself. */
function numbered(name: string, number: string): string[] {
  const stems = Array.from(
    { length: METADATA.length + 1 },
    (_, cut) => `${name}${METADATA.slice(0, METADATA.length - cut)}`,
  );
  return [...stems, name.slice(0, LONGEST_STEM)].map((stem) => `${stem}${number}.json`);
}

/** The names in a folder, looked up whatever their case. */
export class Names {
  readonly #byFolded = new Map<string, string>();
  readonly #byStem = new Map<string, string[]>();
  readonly size: number;

  /** @param names of sidecars, and of the pictures beside which they lie */
  constructor(names: readonly string[]) {
    this.size = names.length;
    for (const name of names) {
      this.#byFolded.set(folded(name), name);
      const stem = folded(name.replace(/\.[^.]*$/, ""));
      this.#byStem.set(stem, [...(this.#byStem.get(stem) ?? []), name]);
    }
  }

  like(name: string): string | undefined {
    return this.#byFolded.get(folded(name));
  }

  withStem(stem: string): readonly string[] {
    return this.#byStem.get(folded(stem)) ?? [];
  }
}

const folded = (name: string) => name.normalize("NFC").toLowerCase();
