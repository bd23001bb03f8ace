import * as z from "zod";
import type { Progress } from "../../core/index.ts";
import { expectedOr } from "../error-text.ts";
import type { Job } from "../jobs.ts";
import { defineTool } from "../tool.ts";
import { untrusted } from "../untrusted-text.ts";

const input = z.strictObject({
  id: z.string().min(1).max(40),
  wait_seconds: z.int().min(0).max(45).optional().describe("Default 5"),
  cancel: z.boolean().optional().describe("Stop it; what is done stays"),
});

const output = z.object({
  state: z.enum(["running", "done", "failed", "cancelled"]),
  text: z.string(),
  done: z.number().optional(),
  total: z.number().optional(),
  cursor: z.string().optional(),
});

export const job = defineTool({
  name: "job",
  title: "Follow or stop a job",
  description: "Waits for a job that another tool began, and reports its progress.",
  readOnly: false,
  input,
  output,
  run: async ({ id, cancel, wait_seconds }, call) => {
    const { jobs, syncWaitMs } = call.service;
    const ms = wait_seconds === undefined ? syncWaitMs : wait_seconds * 1000;
    const found = cancel ? await jobs.cancel(id) : await jobs.follow(id, { ms, ...call });
    const data = dataOf(found);
    return { data, blocks: [{ kind: "text", text: data.text }] };
  },
});

function dataOf(found: Job): z.infer<typeof output> {
  const { state, progress, outcome } = found;
  const cursor = outcome?.cursor;
  return {
    state,
    text: `${found.title}: ${formatText(found)}${cursor === undefined ? "" : ` cursor: "${cursor}"`}`,
    done: progress?.done,
    total: progress?.total ?? undefined,
    ...(cursor !== undefined && { cursor }),
  };
}

function formatText({ state, startedAt, progress, outcome, error }: Job): string {
  if (state === "failed") return `failed. ${expectedOr(error, "The server's log has the details.")}`;
  if (state !== "running") return `${state}. ${outcome?.text ?? ""}`;
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const amount = progress ? `${untrusted(progress.stage, 60)}${formatDone(progress)}` : "starting";
  return `running for ${seconds} s, ${amount}. Call again in a while.`;
}

const formatDone = ({ done, total }: Progress) =>
  total ? ` ${done} of ${total}` : done > 0 ? ` ${done}` : "";
