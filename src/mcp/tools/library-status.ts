import * as z from "zod";
import { formatReport, libraryReport, libraryReportSchema } from "../library-report.ts";
import { defineTool } from "../tool.ts";

export const libraryStatus = defineTool({
  name: "library_status",
  title: "Library status",
  description: "What is indexed: counts, folders, model, failures, running jobs, and what to do next.",
  readOnly: true,
  wantsNewFiles: true,
  input: z.strictObject({}),
  output: libraryReportSchema,
  run: async (_args, { service, library, view }) => {
    const data = await libraryReport(service, library, view);
    return { data, blocks: [{ kind: "text", text: formatReport(data) }] };
  },
});
