import * as z from "zod";
import { enumerate, UsageError } from "../../core/index.ts";
import { shortId } from "../../shared/format.ts";
import { type Call, defineTool } from "../tool.ts";
import { quoted, untrusted } from "../untrusted-text.ts";

const input = z.strictObject({
  query: z.string().min(1).max(500).optional(),
  id: z.string().max(80).optional().describe("Left out: nothing in the library is it"),
  right: z.boolean().optional().describe("Default true"),
  pair: z.array(z.string().max(80)).length(2).optional().describe("Instead: ids of two pictures"),
  same: z.boolean().optional(),
});

const output = z.object({
  query: z.string().optional(),
  id: z.string().nullable().optional(),
  right: z.boolean().optional(),
  pair: z.array(z.string()).optional(),
  same: z.boolean().optional(),
});

type Output = z.infer<typeof output>;

export const recordVerdict = defineTool({
  name: "record_verdict",
  title: "Record verdict",
  description:
    "Notes the user's own word: a picture was or was not what a query asked for, nothing is, or two pictures are the same or differ.",
  readOnly: false,
  input,
  output,
  run: async ({ query, id, right = true, pair, same }, call) => {
    if (pair !== undefined && query === undefined && id === undefined) {
      if (same === undefined) throw new UsageError('Say whether the pair is one picture: "same".');
      return answered(await ofPair(pair, same, call));
    }
    if (query === undefined || pair !== undefined)
      throw new UsageError('Give "query" (and "id"), or "pair" and "same".');
    return answered(await ofAnswer(query, id, right, call));
  },
});

interface Noted {
  readonly data: Output;
  readonly text: string;
}

const answered = ({ data, text }: Noted) => ({ data, blocks: [{ kind: "text" as const, text }] });

async function ofAnswer(
  query: string,
  id: string | undefined,
  right: boolean,
  { service, library, view }: Call,
): Promise<Noted> {
  if (id === undefined && !right)
    throw new UsageError(
      '"right": false is said of one picture: give its "id". Without "right" and "id", nothing in the library is what was asked for.',
    );
  const image = id === undefined ? null : await service.access.image(library, view, id);
  const mark = await library.marks.put(query, image?.id ?? null, { isRight: right });
  const data = { query: untrusted(mark.question, 500), id: image && shortId(image.id), right: mark.isRight };
  const what = data.id === null ? "Nothing in the library is" : `${data.id} is${data.right ? "" : " not"}`;
  return { data, text: `Noted: ${what} what ${quoted(data.query, 300)} asks for.` };
}

async function ofPair(
  pair: readonly string[],
  same: boolean,
  { service, library, view }: Call,
): Promise<Noted> {
  const [a, b] = await Promise.all(pair.map((id) => service.access.image(library, view, id)));
  if (!a || !b) throw new UsageError("A pair is of two ids.");
  await library.verdicts.put(a.id, b.id, same ? "same" : "different");
  const ids = [shortId(a.id), shortId(b.id)];
  return {
    data: { pair: ids, same },
    text: `Noted: ${enumerate(ids)} are ${same ? "the same picture" : "different pictures"}.`,
  };
}
