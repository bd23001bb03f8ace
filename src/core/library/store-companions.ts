import type { Catalog, CompanionsOf } from "../ports.ts";

const FILES_AT_ONCE = 256;

/**
 * Stores which files belong to these. A raw file or film that was a picture of its own until its JPEG came hands over what a
 * person said of it: it goes with the end of this run.
 */
export async function storeCompanions(
  catalog: Pick<Catalog, "files" | "images" | "tags">,
  files: readonly CompanionsOf[],
): Promise<void> {
  for (let start = 0; start < files.length; start += FILES_AT_ONCE) {
    const some = files.slice(start, start + FILES_AT_ONCE);
    await catalog.files.putCompanions(some);
    for (const { path, companions } of some)
      for (const companion of companions)
        if (companion.kind !== "sidecar") await handOver(catalog, companion.path, path);
  }
}

async function handOver(
  { files, images, tags }: Pick<Catalog, "files" | "images" | "tags">,
  from: string,
  to: string,
) {
  const before = await files.placement(from);
  const after = before && (await files.placement(to));
  if (!before || !after || before.id === after.id) return;
  const [image] = await images.byId([before.id], undefined, "first");
  const said = (image?.record.tags ?? []).flatMap(({ tag, by }) => (by === "person" ? [tag] : []));
  for (const tag of said) await tags.putAll([after.id], tag);
}
