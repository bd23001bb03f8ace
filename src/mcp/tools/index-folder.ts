import * as z from "zod";
import { indexingJob } from "../indexing.ts";
import type { Job } from "../jobs.ts";
import { defineTool } from "../tool.ts";
import { DATA_NOTE } from "../untrusted-text.ts";

const input = z.strictObject({
  path: z.string().min(1).max(4096).describe("Allowed folder or one below"),
});

const output = z.object({
  state: z.enum(["done", "running"]),
  job_id: z.string().optional(),
  outcome: z.string(),
});

export const indexFolder = defineTool({
  name: "index_folder",
  title: "Index folder",
  description:
    "Adds a folder's pictures to the library; again, only what changed. Goes on as a job where it takes long.",
  readOnly: false,
  input,
  output,
  run: async ({ path }, call) => {
    const { library, service } = call;
    const folder = await service.access.existingFolder(library, path);
    const work = indexingJob(async () => library, [folder]);
    const job = await service.jobs.run(work, { ms: service.syncWaitMs, ...call });
    if (job.state === "failed") throw job.error;
    const data = job.state === "running" ? goingOn(job) : ended(job);
    return { data, blocks: [{ kind: "text", text: data.outcome }] };
  },
});

const goingOn = (job: Job): z.infer<typeof output> => ({
  state: "running",
  job_id: job.id,
  outcome: `${job.title} goes on. Follow with job {"id": "${job.id}"}; what is indexed can be searched already.`,
});

const ended = (job: Job): z.infer<typeof output> => ({
  state: "done",
  outcome: `${job.title}: ${job.outcome?.text ?? ""} ${DATA_NOTE}`,
});
