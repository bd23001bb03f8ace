import * as z from "zod";
import { shortId } from "../../shared/format.ts";
import { defineTool } from "../tool.ts";
import { quoted, untrusted } from "../untrusted-text.ts";

const input = z.strictObject({
  query: z.string().min(1).max(500).describe("The words that were searched with"),
  id: z
    .string()
    .max(80)
    .optional()
    .describe("The picture; left out: nothing in the library is what was asked for"),
  right: z.boolean().optional().describe("Whether it is what was asked for. Default true"),
});

const output = z.object({ query: z.string(), id: z.string().nullable(), right: z.boolean() });

export const recordVerdict = defineTool({
  name: "record_verdict",
  title: "Record verdict",
  description:
    "Notes what the user said of an answer: this picture was it, was not, or nothing is. Only on the user's own word.",
  readOnly: false,
  input,
  output,
  run: async ({ query, id, right }, { library, view }) => {
    const image = id === undefined ? null : await view.image(id.replace(/^image:\/\//i, ""));
    const mark = await library.marks.put(query, image?.id ?? null, { isRight: right ?? true });
    const data = {
      query: untrusted(mark.question, 500),
      id: image && shortId(image.id),
      right: mark.isRight,
    };
    const what = data.id === null ? "Nothing in the library is" : `${data.id} is${data.right ? "" : " not"}`;
    return {
      data,
      blocks: [{ kind: "text", text: `Noted: ${what} what ${quoted(data.query, 300)} asks for.` }],
    };
  },
});
