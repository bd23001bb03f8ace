import type { CarriedWords } from "../../types.ts";
import { readTags } from "../metadata-tags.ts";
import type { Tag } from "../tag-values.ts";

const NAMES = ["Keywords", "Object Name", "Caption/Abstract"];

/** Keywords, title and caption of a picture's IPTC block; none where it has no such block. */
export async function iptcWords(bytes: Uint8Array): Promise<CarriedWords> {
  const { iptc = {} } = await readTags(bytes, { iptc: NAMES });
  const textsOf = (name: string) => {
    const tag: Tag | readonly Tag[] | undefined = iptc[name];
    return (Array.isArray(tag) ? tag : [tag]).flatMap(({ description }: Tag = {}) =>
      typeof description === "string" && description.trim() !== "" ? [description.trim()] : [],
    );
  };
  return {
    keywords: textsOf("Keywords"),
    titles: [...textsOf("Object Name"), ...textsOf("Caption/Abstract")],
  };
}
