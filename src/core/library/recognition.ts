import { candidateDistance } from "../comparison/candidate-distance.ts";
import { isSame } from "../comparison/picture-comparer.ts";
import { unlessPictureError } from "../errors.ts";
import { prepareFingerprint } from "../image/hashing/perceptual-hash.ts";
import { imageId } from "../image-id.ts";
import type { ComparablePicture } from "../ports.ts";
import type { ImageId, KnownPicture } from "../types.ts";
import type { LibraryContext } from "./library-context.ts";

/** Of what is kept of a picture for a finer look: enough for the letters of a page. */
const CLOSE = { longestSide: 1_280, maxBytes: 200_000 };
/** Of those that a picture may be, so many are looked at, nearest first. */
const MAX_COMPARED = 16;

const NO_FINGERPRINT = new Uint8Array();

/** Tells whether pictures are the same that need not be in the library. Nothing of them is stored. */
export class Recognition {
  readonly #context: LibraryContext;

  constructor(context: LibraryContext) {
    this.#context = context;
  }

  /** @throws PictureError when it cannot be used */
  read(bytes: Uint8Array, signal?: AbortSignal): Promise<KnownPicture> {
    return this.#context.withModel(async ({ embedder }) => {
      const { picture } = await embedder.embedPicture({ bytes }, signal);
      const { id, width, height, thumbnail, cut: isCut, pages = 1, durationMs } = picture;
      const isStill = pages === 1 && durationMs === undefined;
      const fingerprint = isStill ? picture.fingerprint : NO_FINGERPRINT;
      return { id, width, height, thumbnail, isCut, fingerprint, ...(isStill && { close: { id, bytes } }) };
    });
  }

  /** The same of a picture in the library; undefined when it is not there. */
  stored(id: ImageId): Promise<KnownPicture | undefined> {
    const { images } = this.#context.catalog;
    return this.#context.track(async () => {
      const [found] = await images.byId([id], undefined, "first");
      const thumbnail = found && (await images.thumbnail(id));
      if (!thumbnail) return undefined;
      const { width, height, cut: isCut, pages = 1, durationMs } = found.record;
      const isStill = pages === 1 && durationMs === undefined;
      const fingerprint = (isStill && (await images.fingerprint(found.key))) || NO_FINGERPRINT;
      return { id, width, height, thumbnail, isCut, fingerprint };
    });
  }

  /** With a small copy in place of what it has for a finer look, to be kept. */
  toKeep(picture: KnownPicture, signal?: AbortSignal): Promise<KnownPicture> {
    return this.#context.withModel(async ({ embedder }) => {
      const { close, ...kept } = picture;
      if (!close) return kept;
      const look = { as: "fitted" as const, source: close, ...CLOSE };
      const rendered = await embedder.render(look, signal).catch(unlessPictureError);
      if (!rendered) return kept;
      return { ...kept, close: { id: imageId(rendered.bytes), bytes: rendered.bytes } };
    });
  }

  /** Which of these a picture may be: those whose bytes or fingerprints say so, the nearest first. */
  candidates<Known extends Pick<KnownPicture, "id" | "fingerprint">>(
    { id, fingerprint }: Pick<KnownPicture, "id" | "fingerprint">,
    among: readonly Known[],
  ): Known[] {
    const own = prepareFingerprint(fingerprint);
    const near = among.flatMap((known) => {
      const distance = known.id === id ? -1 : candidateDistance(own, prepareFingerprint(known.fingerprint));
      return distance === undefined ? [] : [{ known, distance }];
    });
    near.sort((a, b) => a.distance - b.distance);
    return near.slice(0, MAX_COMPARED).map(({ known }) => known);
  }

  /**
   * The first of these that is the same picture: the same bytes, or the same pixels however they were compressed, scaled or turned. One
   * of the same template, or that stays in doubt, is not.
   */
  firstSame<Known extends KnownPicture>(
    picture: KnownPicture,
    among: readonly Known[],
    signal?: AbortSignal,
  ): Promise<Known | undefined> {
    return this.#context.withModel(async ({ embedder }) => {
      const exact = among.find(({ id }) => id === picture.id);
      if (exact || picture.fingerprint.length === 0) return exact;
      const stills = among.filter(({ fingerprint }) => fingerprint.length > 0);
      if (stills.length === 0) return undefined;
      const pairs = stills.map((_, at) => [0, at + 1] as const);
      const compared = await embedder.compare([picture, ...stills].map(comparable), pairs, signal);
      return stills.find((_, at) => isSame(compared[at]));
    });
  }
}

function comparable({ id, thumbnail, width, height, isCut, close }: KnownPicture): ComparablePicture {
  return {
    id: close?.id ?? id,
    thumbnail,
    width,
    height,
    isCut,
    ...(close && { original: { bytes: close.bytes } }),
  };
}
