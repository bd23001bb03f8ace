import * as z from "zod";
import {
  type Classification,
  GlimpseError,
  type ImageRef,
  NotFoundError,
  UsageError,
} from "../../core/index.ts";
import { shortId } from "../../shared/format.ts";
import { lookUpEach } from "../look-up-each.ts";
import { type Call, defineTool } from "../tool.ts";
import { DATA_NOTE, inQuotes, quoted, quotedName, untrusted, untrustedName } from "../untrusted-text.ts";

const MAX_PICTURES = 50;

const input = z.strictObject({
  images: z.array(z.string().min(1).max(4096)).min(1).max(MAX_PICTURES).optional(),
  folder: z.string().max(4096).optional().describe("Instead: all below it, 50 at a time, newest first"),
  labels: z.array(z.string().min(1).max(200)).min(1).max(200),
  cursor: z.string().max(200).optional(),
});

const row = z.object({ image: z.string(), label: z.string().nullable(), probability: z.number() });
const output = z.object({
  pictures: z.array(row),
  /** How many rows have which label. */
  counts: z.array(z.object({ label: z.string().nullable(), pictures: z.number() })),
  next_cursor: z.string().nullable(),
  notes: z.array(z.string()),
});

type Input = z.infer<typeof input>;
type Row = z.infer<typeof row>;

/** Some pictures to classify, each by the name it was given or its id. */
interface Batch {
  readonly pictures: readonly { readonly name: string; readonly image: ImageRef }[];
  readonly problems: readonly string[];
  readonly nextCursor: string | null;
}

export const classifyImages = defineTool({
  name: "classify_images",
  title: "Classify images",
  description: "A table of many pictures: the best label of each, or none.",
  readOnly: true,
  input,
  output,
  run: async (args, call) => {
    const { pictures: named, problems, nextCursor } = await batchOf(args, call);
    const images = named.map(({ image }) => image);
    const request = { images, labels: args.labels, limit: 1, signal: call.signal };
    const notes = [...problems];
    const pictures: Row[] = [];
    for (const [at, answer] of (await call.view.classify(request)).entries()) {
      const name = answer.id === undefined ? untrustedName(named[at]?.name ?? "", 400) : shortId(answer.id);
      if (answer.skipped) notes.push(`${inQuotes(name)}: ${untrusted(answer.skipped.reason, 200)}`);
      else pictures.push({ image: name, ...bestOf(answer) });
    }
    const data = {
      pictures,
      counts: countsOf(pictures),
      next_cursor: nextCursor,
      notes: [...notes, DATA_NOTE],
    };
    return { data, blocks: [{ kind: "text", text: formatted(data) }] };
  },
});

async function batchOf({ images, folder, cursor }: Input, call: Call): Promise<Batch> {
  const { library, service, view } = call;
  if ((images === undefined) === (folder === undefined)) throw new UsageError('Give "images" or "folder".');
  if (images !== undefined) {
    const { found, problems } = await lookUpEach(images, async (name) => ({
      name,
      image: await service.access.picture(library, view, name),
    }));
    if (found.length === 0) throw new GlimpseError(problems.join(" "));
    return { pictures: found, problems, nextCursor: null };
  }
  const narrowed = await service.access.narrow(library, view, { folder });
  const page = { terms: [], sort: "newest", collapse: false, limit: MAX_PICTURES, cursor } as const;
  const { hits, nextCursor } = await narrowed.find({ ...page, signal: call.signal });
  if (hits.length === 0)
    throw new NotFoundError(`No pictures of ${quotedName(folder ?? "", 120)} are in the library.`);
  return { pictures: hits.map(({ id }) => ({ name: id, image: { id } })), problems: [], nextCursor };
}

/** null where none of the labels fits; the probability is that of the nearest. */
function bestOf({ none, labels: [best] }: Classification) {
  const probability = Math.round((best?.probability ?? 0) * 10_000) / 10_000;
  return { label: none || best === undefined ? null : untrusted(best.label, 200), probability };
}

/** The most frequent first. */
function countsOf(rows: readonly Row[]) {
  const counts = new Map<string | null, number>();
  for (const { label } of rows) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts]
    .map(([label, pictures]) => ({ label, pictures }))
    .sort((a, b) => b.pictures - a.pictures);
}

function formatted({ pictures, counts, next_cursor, notes }: z.infer<typeof output>): string {
  return [
    ...pictures.map(({ image, label, probability }) =>
      label === null
        ? `${inQuotes(image)}  none of these`
        : `${inQuotes(image)}  ${quoted(label)} ${(probability * 100).toFixed(1)} %`,
    ),
    `Together: ${counts.map(({ label, pictures: of }) => `${label === null ? "none" : quoted(label)} ${of}`).join(", ")}.`,
    ...(next_cursor === null ? [] : [`More: same arguments with cursor "${next_cursor}".`]),
    ...notes,
  ].join("\n");
}
