import * as z from "zod";
import { factsOf, pictureFacts } from "../picture-facts.ts";
import { defineTool } from "../tool.ts";
import { DATA_NOTE } from "../untrusted-text.ts";
import { lookUp } from "./view-images.ts";

/** As many as fit a million characters as thumbnails. */
const MAX_PICTURES = 50;

/** For the gallery alone: hosts that show it keep this tool from the model. */
export const galleryPictures = defineTool({
  name: "gallery_pictures",
  title: "Pictures of the gallery",
  description:
    "What the gallery shows of pictures: their facts, and their thumbnails where the host reads no resources.",
  readOnly: true,
  inGallery: "only",
  input: z.strictObject({
    ids: z.array(z.string().max(4096)).min(1).max(MAX_PICTURES),
    thumbnails: z.boolean().optional(),
  }),
  output: z.object({
    pictures: z.array(pictureFacts.extend({ thumbnail: z.string().optional().describe("WebP in base64") })),
    notes: z.array(z.string()),
  }),
  run: async ({ ids, thumbnails = false }, call) => {
    const { images, problems } = await lookUp(ids, call);
    const pictures = await Promise.all(
      images.map(async (image) => ({
        ...factsOf(image),
        ...(thumbnails && { thumbnail: Buffer.from(await call.view.thumbnail(image.id)).toString("base64") }),
      })),
    );
    const data = { pictures, notes: [...problems, DATA_NOTE] };
    return { data, blocks: [{ kind: "text", text: `${pictures.length} of the gallery's pictures.` }] };
  },
});
