import { join } from "node:path";
import type { DuplicateContext } from "../../../src/core/duplicates/duplicate-context.ts";
import type { SamePictureContext } from "../../../src/core/duplicates/same-pictures.ts";
import type { RawPicture } from "../../../src/core/image/raw-picture.ts";
import { encodeThumbnail } from "../../../src/core/image/thumbnail.ts";
import type { Catalog } from "../../../src/core/ports.ts";
import type { DuplicateGroup, Picture, Placement, Scope } from "../../../src/core/types.ts";
import { SyncedVectorIndex } from "../../../src/core/vector-index/synced-vector-index.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { openNewCatalog } from "../../support/new-catalog.ts";
import { file, idOf, picture } from "../../support/new-image.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { fingerprint } from "./painted.ts";

export const everything: Scope = { files: "all", discord: "all" };

export interface Shown {
  /** Default: a picture that shows nothing. */
  readonly pixels?: RawPicture;
  readonly at?: readonly Placement[];
  readonly facts?: Partial<Picture>;
  /** Direction of its vector in degrees; vectors of equal direction are alike. Default: one of its own. */
  readonly degrees?: number;
}

export interface DuplicateLibrary {
  readonly catalog: Catalog;
  readonly parts: () => Promise<DuplicateContext & SamePictureContext>;
  readonly add: (name: string, shown?: Shown) => Promise<void>;
}

/** A catalog with pictures whose fingerprints and vectors a test chooses. */
export async function openDuplicateLibrary(
  path = join(temporaryFolder(), "catalog.db"),
  space = "fake@00000000",
): Promise<DuplicateLibrary> {
  const catalog = await openNewCatalog(path);
  const embedder = new FakeEmbedder({ space, dimensions: 16 });
  let made = 0;
  const add = async (
    name: string,
    { pixels, at = [file(`/photos/${name}.jpg`)], facts, degrees }: Shown = {},
  ) => {
    const embedding = degrees === undefined ? alone(++made) : turned(degrees);
    const print = pixels
      ? { fingerprint: fingerprint(pixels), thumbnail: await encodeThumbnail(pixels), ...sizeOf(pixels) }
      : {};
    for (const placement of at) {
      await catalog.images.put([
        { picture: picture(name, { ...print, ...facts }), placement, space, embedding },
      ]);
    }
  };
  const parts = async () => {
    const vectors = new SyncedVectorIndex({ catalog, space, dimensions: 16, directory: "" });
    return { catalog, embedder, vectors, originals: { read: async () => undefined } };
  };
  return { catalog, parts, add };
}

/** Groups by the names their pictures were added under. */
export function named(groups: readonly DuplicateGroup[], names: readonly string[]): string[][] {
  const nameOf = new Map(names.map((name) => [idOf(name), name]));
  return groups.map(({ keeper, members }) =>
    [keeper, ...members.map(({ image }) => image)].map(({ id }) => nameOf.get(id) ?? id),
  );
}

const sizeOf = ({ width, height }: RawPicture) => ({ width, height });

function turned(degrees: number): Float32Array {
  const vector = new Float32Array(16);
  vector[0] = Math.cos((degrees / 180) * Math.PI);
  vector[1] = Math.sin((degrees / 180) * Math.PI);
  return vector;
}

function alone(nth: number): Float32Array {
  const vector = new Float32Array(16);
  vector[2 + (nth % 14)] = 1;
  return vector;
}
