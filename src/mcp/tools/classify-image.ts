import * as z from "zod";
import { type Classification, PictureError } from "../../core/index.ts";
import { shortId } from "../../shared/format.ts";
import { defineTool } from "../tool.ts";
import { DATA_NOTE, inQuotes, quoted, untrusted, untrustedName } from "../untrusted-text.ts";

const input = z.strictObject({
  image: z.string().min(1).max(4096).describe("Id, or path in an added folder"),
  labels: z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(200)
    .optional()
    .describe('Default: everyday labels. Example: ["cat", "dog", "car"]'),
});

const output = z.object({
  image: z.string(),
  none: z.boolean(),
  labels: z.array(z.object({ label: z.string(), probability: z.number() })),
  note: z.string(),
});

type Output = z.infer<typeof output>;

export const classifyImage = defineTool({
  name: "classify_image",
  title: "Classify image",
  description:
    "Says which of the labels fits a picture best, with calibrated probabilities, or that none does.",
  readOnly: true,
  input,
  output,
  run: async ({ image, labels }, { library, service, view, signal }) => {
    const picture = await service.access.picture(library, view, image);
    const [answer] = await view.classify({ images: [picture], labels, limit: labels ? 10 : 5, signal });
    if (answer === undefined || answer.skipped) {
      throw new PictureError(
        answer?.skipped?.code ?? "failed",
        `This picture cannot be classified: ${answer?.skipped?.reason ?? "no answer"}`,
      );
    }
    const data = dataOf(image, answer);
    return { data, blocks: [{ kind: "text", text: formatText(data) }] };
  },
});

function dataOf(image: string, { id, labels, none }: Classification): Output {
  return {
    image: id === undefined ? untrustedName(image, 400) : shortId(id),
    none,
    labels: labels.map(({ label, probability }) => ({
      label: untrusted(label, 200),
      probability: Math.round(probability * 10_000) / 10_000,
    })),
    note: DATA_NOTE,
  };
}

function formatText({ image, none, labels, note }: Output): string {
  const ranked = labels.map(
    ({ label, probability }) => `${quoted(label)} ${(probability * 100).toFixed(1)} %`,
  );
  const list = ranked.join(", ");
  return `${inQuotes(image)}: ${none ? `none of these. Closest: ${list}` : list}.\n${note}`;
}
