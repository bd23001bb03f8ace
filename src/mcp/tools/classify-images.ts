import * as z from "zod";
import { type Classification, GlimpseError } from "../../core/index.ts";
import { shortId } from "../../shared/format.ts";
import { ofEach } from "../of-each.ts";
import { defineTool } from "../tool.ts";
import { DATA_NOTE, quoted, untrusted } from "../untrusted-text.ts";

const MAX_PICTURES = 50;

const row = z.object({ image: z.string(), label: z.string().nullable(), probability: z.number() });
const output = z.object({ pictures: z.array(row), notes: z.array(z.string()) });

export const classifyImages = defineTool({
  name: "classify_images",
  title: "Classify images",
  description: "The best label for each of many pictures, or none of them.",
  readOnly: true,
  input: z.strictObject({
    images: z.array(z.string().min(1).max(4096)).min(1).max(MAX_PICTURES),
    labels: z.array(z.string().min(1).max(200)).min(1).max(200),
  }),
  output,
  run: async ({ images, labels }, { library, service, view, signal }) => {
    const { found, problems } = await ofEach(images, async (name) => ({
      name,
      image: await service.access.picture(library, view, name),
    }));
    if (found.length === 0) throw new GlimpseError(problems.join(" "));
    const notes = [...problems];
    const request = { images: found.map(({ image }) => image), labels, limit: 1, signal };
    const answers = await view.classify(request);
    const pictures: z.infer<typeof row>[] = [];
    for (const [at, answer] of answers.entries()) {
      const name = answer.id === undefined ? untrusted(found[at]?.name ?? "", 400) : shortId(answer.id);
      if (answer.skipped) notes.push(`${quoted(name)}: ${untrusted(answer.skipped.reason, 200)}`);
      else pictures.push({ image: name, ...bestOf(answer) });
    }
    const data = { pictures, notes: [...notes, DATA_NOTE] };
    const lines = pictures.map(({ image, label, probability }) =>
      label === null
        ? `${quoted(image)}  none of these`
        : `${quoted(image)}  ${quoted(label)} ${(probability * 100).toFixed(1)} %`,
    );
    return { data, blocks: [{ kind: "text", text: [...lines, ...data.notes].join("\n") }] };
  },
});

/** null where none of the labels fits; the probability is that of the nearest. */
function bestOf({ none, labels: [best] }: Classification) {
  const probability = Math.round((best?.probability ?? 0) * 10_000) / 10_000;
  return { label: none || best === undefined ? null : untrusted(best.label, 200), probability };
}
