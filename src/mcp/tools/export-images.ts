import { basename } from "node:path";
import * as z from "zod";
import { GlimpseError, type ImageRecord, pluralize, UsageError } from "../../core/index.ts";
import { shortId } from "../../shared/format.ts";
import { writeNew } from "../export-folder.ts";
import { lookUpEach } from "../look-up-each.ts";
import { defineTool } from "../tool.ts";
import { DATA_NOTE, inQuotes, quotedName, untrustedName } from "../untrusted-text.ts";

const MAX_PICTURES = 100;

const output = z.object({
  folder: z.string(),
  /** `there`: it was in the folder already. */
  copied: z.array(z.object({ id: z.string(), file: z.string(), there: z.boolean().optional() })),
  notes: z.array(z.string()),
});

export const exportImages = defineTool({
  name: "export_images",
  title: "Export images",
  description: "Copies originals into the operator's export folder; replaces no file.",
  readOnly: false,
  input: z.strictObject({
    ids: z.array(z.string().max(400)).min(1).max(MAX_PICTURES),
    to: z.string().max(200).optional().describe('Folder below it: "dogs"'),
  }),
  output,
  run: async ({ ids, to }, { service, library, view, signal }) => {
    if (service.exportFolder === undefined)
      throw new UsageError("Exporting is off: the operator starts this server with --allow-export FOLDER.");
    const folder = await service.exportFolder.open(to);
    const { found: copied, problems } = await lookUpEach(ids, async (id) => {
      signal.throwIfAborted();
      const image = await service.access.image(library, view, id);
      const { bytes } = await view.original(image.id);
      const { path, isNew } = await writeNew(folder, fileName(image), bytes);
      return {
        id: shortId(image.id),
        file: untrustedName(basename(path), 200),
        ...(!isNew && { there: true }),
      };
    });
    if (copied.length === 0) throw new GlimpseError(problems.join(" "));
    const data = { folder: untrustedName(folder, 400), copied: [...copied], notes: [...problems, DATA_NOTE] };
    const lines = copied.map(
      ({ id, file, there }) => `${id}  ${inQuotes(file)}${there ? "  there already" : ""}`,
    );
    const written = copied.filter(({ there }) => !there).length;
    const text = [
      `${pluralize(written, "picture")} copied to ${quotedName(folder, 400)}.`,
      ...lines,
      ...data.notes,
    ];
    return { data, blocks: [{ kind: "text", text: text.join("\n") }] };
  },
});

/** A name from a message may hold what no file name may; it stays inside the folder whatever it holds. */
function fileName(image: ImageRecord): string {
  const [first] = image.placements;
  const name = first?.kind === "discord" ? first.filename : basename(first?.path ?? "");
  const safe = name.replaceAll(/[\p{Cc}/\\:*?"<>|]/gu, "_").replace(/^\.+/, "_");
  return safe === "" ? `${shortId(image.id)}.${image.format}` : safe;
}
