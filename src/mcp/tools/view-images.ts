import * as z from "zod";
import { type ImageRecord, momentName, NotFoundError, type Part } from "../../core/index.ts";
import { shortId } from "../../shared/format.ts";
import { lookUpEach } from "../look-up-each.ts";
import { contextOf } from "../picture-context.ts";
import { factsLine, factsOf } from "../picture-facts.ts";
import { type Answer, type Block, type Call, defineTool } from "../tool.ts";
import { DATA_NOTE } from "../untrusted-text.ts";

/** Clients cut off results of about a million characters, and pictures travel as base64. */
const MAX_ANSWER_BYTES = (680_000 / 4) * 3;
/** More than this many pictures come as one sheet unless a size was given. */
const MAX_SINGLE = 4;
const LONGEST_SIDE = { medium: 512, large: 1024 };

const input = z.strictObject({
  ids: z.array(z.string().max(4096)).min(1).max(8).describe("Ids, or paths in an added folder"),
  size: z
    .enum(["thumb", "medium", "large"])
    .optional()
    .describe("256, 512 or 1024 pixels. Default: medium, or one sheet for more than 4"),
  context: z.boolean().optional().describe("To cite: also words in them, other places, neighbours in time"),
});

type Shown = { readonly call: Call; readonly captionOf: (image: ImageRecord) => Promise<string> };

export const viewImages = defineTool({
  name: "view_images",
  title: "View images",
  description: "Shows the pictures themselves, with path or link, date, tags and caption.",
  readOnly: true,
  inGallery: "shown",
  input,
  run: async ({ ids, size, context = false }, call) => {
    const { images, problems } = await lookUp(ids, call);
    const sheet = size === undefined && images.length > MAX_SINGLE;
    const captionOf = async (image: ImageRecord) =>
      context ? contextOf(image, call.view) : factsLine(factsOf(image));
    const shown = { call, captionOf };
    const blocks = sheet
      ? await contactSheet(images, shown)
      : (
          await Promise.all(images.map((image) => single(image, size ?? "medium", images.length, shown)))
        ).flat();
    return answer([...blocks, { kind: "text", text: [...problems, DATA_NOTE].join("\n") }]);
  },
});

const answer = (blocks: readonly Block[]): Answer<never> => ({ blocks });

/** A picture, or a moment of a film. */
interface ShownImage extends ImageRecord {
  /** As the library's view takes it. */
  readonly moment: string;
}

const shown = (image: ImageRecord, part?: Part): ShownImage => ({
  ...image,
  moment: momentName(image.id, part),
});

/** @throws NotFoundError when none is known */
export async function lookUp(ids: readonly string[], { service, library, view }: Call) {
  const { found, problems } = await lookUpEach(ids, async (id) => {
    const picture = await service.access.picture(library, view, id);
    if (!("id" in picture)) return shown(await view.resolveImage(picture.path));
    const { image, part } = await view.moment(picture.id);
    return shown(image, part);
  });
  if (found.length === 0) throw new NotFoundError(problems.join(" "));
  return { images: found, problems };
}

async function contactSheet(images: readonly ShownImage[], { call, captionOf }: Shown): Promise<Block[]> {
  const items = images.map(({ id, moment }, at) => ({ id: moment, label: `${at + 1}  ${shortId(id)}` }));
  const sheet = await call.view.contactSheet(items, { maxBytes: MAX_ANSWER_BYTES });
  const captions = await Promise.all(images.map(captionOf));
  const lines = captions.map((caption, at) => `${at + 1}. ${caption}`);
  return [
    { kind: "text", text: lines.join("\n") },
    { kind: "picture", bytes: sheet.bytes, mimeType: sheet.mimeType },
  ];
}

async function single(
  image: ShownImage,
  size: "thumb" | "medium" | "large",
  count: number,
  { call: { view }, captionOf }: Shown,
): Promise<Block[]> {
  const caption = await captionOf(image);
  if (size === "thumb") {
    const bytes = await view.thumbnail(image.moment);
    return [
      { kind: "text", text: caption },
      { kind: "picture", bytes, mimeType: "image/webp" },
    ];
  }
  const maxBytes = Math.floor(MAX_ANSWER_BYTES / count);
  const shown = await view.render(image.moment, { longestSide: LONGEST_SIDE[size], maxBytes });
  const note = shown.from === "thumbnail" ? "  (the original cannot be reached: this is its thumbnail)" : "";
  return [
    { kind: "text", text: caption + note },
    { kind: "picture", bytes: shown.bytes, mimeType: shown.mimeType },
  ];
}
