import * as z from "zod";
import { checkTag, enumerate, GlimpseError, pluralize, sameTags, UsageError } from "../../core/index.ts";
import { shortId } from "../../shared/format.ts";
import { lookUpEach } from "../look-up-each.ts";
import { defineTool } from "../tool.ts";
import { DATA_NOTE, quoted, untrustedName } from "../untrusted-text.ts";

const MAX_PICTURES = 200;

const tags = z.array(z.string().min(1).max(100)).max(20).optional();
const output = z.object({
  tagged: z.array(z.string()),
  added: z.array(z.string()),
  removed: z.array(z.string()),
  notes: z.array(z.string()),
});

export const tagImages = defineTool({
  name: "tag_images",
  title: "Tag images",
  description:
    "Tags pictures, or takes tags away for good, as the user's word. A tag is a collection: search_images {tags}.",
  readOnly: false,
  input: z.strictObject({
    ids: z.array(z.string().max(400)).min(1).max(MAX_PICTURES),
    add: tags,
    remove: tags,
  }),
  output,
  run: async ({ ids, add = [], remove = [] }, { service, library, view, signal }) => {
    if (add.length + remove.length === 0) throw new UsageError('Say which tags: "add", "remove" or both.');
    const [both] = add.filter((tag) => sameTags(tag, remove).length > 0);
    if (both !== undefined) throw new UsageError(`${quoted(both, 100)} is to be added and removed at once.`);
    const { found, problems } = await lookUpEach(ids, (id) => service.access.image(library, view, id));
    if (found.length === 0) throw new GlimpseError(problems.join(" "));
    const whole = found.map(({ id }) => id);
    // Before anything is stored: of a call that fails nothing is done.
    for (const tag of [...add, ...remove]) checkTag(tag);
    for (const tag of add) await library.tags.putAll(whole, tag, view.scope);
    for (const tag of remove)
      for (const id of whole) {
        signal.throwIfAborted();
        await library.tags.reject(id, tag);
      }
    const data = {
      tagged: whole.map(shortId),
      added: add.map((tag) => untrustedName(tag, 100)),
      removed: remove.map((tag) => untrustedName(tag, 100)),
      notes: [...problems, DATA_NOTE],
    };
    return { data, blocks: [{ kind: "text", text: formatted(data) }] };
  },
});

function formatted({ tagged, added, removed, notes }: z.infer<typeof output>): string {
  const done = [
    ...(added.length > 0 ? [`now with ${added.join(", ")}`] : []),
    ...(removed.length > 0 ? [`without ${removed.join(", ")}`] : []),
  ];
  return [`${pluralize(tagged.length, "picture")} ${enumerate(done)}: ${tagged.join(", ")}.`, ...notes].join(
    "\n",
  );
}
