import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { captionedPictures } from "./training-pictures.ts";

const shared = fileURLToPath(new URL("../../shared/photos", import.meta.url));

export interface CaptionedPhoto {
  readonly name: string;
  readonly captions: readonly string[];
  readonly source: { readonly path: string } | { readonly bytes: Uint8Array };
}

/** Photos with captions that no model of this project was trained on: 700 of full size, and 1,000 small ones. */
export function captionedPhotos(): CaptionedPhoto[] {
  return [...sharedPhotos(), ...captionedPictures("flickr8k")];
}

function sharedPhotos(): CaptionedPhoto[] {
  const file = join(shared, "captions.tsv");
  if (!existsSync(file)) return [];
  const captions = new Map<string, string[]>();
  for (const line of readFileSync(file, "utf8").trimEnd().split("\n").slice(1)) {
    const [name = "", caption = ""] = line.split("\t");
    captions.set(name, [...(captions.get(name) ?? []), caption]);
  }
  return [...captions].map(([name, lines]) => ({
    name,
    captions: lines,
    source: { path: join(shared, name) },
  }));
}
