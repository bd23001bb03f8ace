import { setMaxListeners } from "node:events";
import * as z from "zod";
import { GlimpseError, type Progress } from "../core/index.ts";
import { errorText } from "./error-text.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Service } from "./service.ts";
import type { Answer, Block, Tool } from "./tool.ts";
import { optionFor } from "./tools/index.ts";
import { untrusted } from "./untrusted-text.ts";

const MAX_WAITING = 1000;

export interface CallRequest {
  readonly name: string;
  readonly args: unknown;
  readonly signal: AbortSignal;
  /** Absent when the client requested no progress. */
  readonly progress?: ((progress: Progress) => void) | undefined;
}

export interface CallResult {
  readonly blocks: readonly Block[];
  readonly data?: unknown;
  readonly isError: boolean;
}

/** Runs tools by name: checks arguments, bounds concurrency and time, turns failures into text. */
export class ToolCalls {
  readonly #service: Service;
  readonly #tools: readonly Tool[];

  constructor(service: Service, tools: readonly Tool[]) {
    this.#service = service;
    this.#tools = tools;
  }

  async call(request: CallRequest): Promise<CallResult> {
    const tool = this.#tools.find(({ name }) => name === request.name);
    if (!tool) return failure(this.#unknownTool(request.name));
    const { queue, timeLimitMs } = this.#service;
    if (queue.size >= MAX_WAITING) return failure("Too many calls at once. Try again in a moment.");
    const timedOut = AbortSignal.timeout(timeLimitMs);
    const signal = AbortSignal.any([request.signal, timedOut]);
    // Every picture in flight listens.
    setMaxListeners(0, signal);
    const heartbeat = new Heartbeat(tool.title, request.progress);
    try {
      const answer = await orAborted(
        queue.add(() => this.#run(tool, request.args, signal, heartbeat), { signal }),
        signal,
      );
      return { ...answer, isError: false };
    } catch (error) {
      if (timedOut.aborted) return failure(tooLong(tool, timeLimitMs));
      if (!request.signal.aborted) this.#logDefect(tool, error);
      return failure(errorText(error, { name: tool.name, arguments: argumentsOf(tool) }));
    } finally {
      heartbeat.stop();
    }
  }

  async #run(tool: Tool, args: unknown, signal: AbortSignal, heartbeat: Heartbeat): Promise<Answer<unknown>> {
    const service = this.#service;
    const library = await service.library();
    const view = await service.access.view(library);
    const progress = (update: Progress) => heartbeat.report(update);
    return tool.run(args, { service, library, view, signal, progress });
  }

  #unknownTool(name: string): string {
    const option = optionFor(name);
    if (option !== undefined) return `${name} is off: the operator starts this server with ${option}.`;
    const names = this.#tools.map((tool) => tool.name).join(", ");
    return `There is no tool "${untrusted(name, 60)}". Tools: ${names}.`;
  }

  #logDefect(tool: Tool, error: unknown): void {
    if (error instanceof GlimpseError || error instanceof z.ZodError) return;
    this.#service.log(`${tool.name} failed: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

/** Rejects as soon as the signal aborts, even if the work is slow to notice. */
function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    const settled = () => signal.removeEventListener("abort", onAbort);
    work.then(resolve, reject).then(settled, settled);
  });
}

const failure = (text: string): CallResult => ({ blocks: [{ kind: "text", text }], isError: true });

const tooLong = ({ name }: Tool, ms: number) =>
  `${name} took longer than ${ms / 1000} s and was stopped. Call it again: what it loaded stays loaded. If it happens again, narrow the question.`;

function argumentsOf({ inputSchema }: Tool): string {
  const { properties, required } = z
    .object({ properties: z.record(z.string(), z.unknown()), required: z.array(z.string()).default([]) })
    .parse(inputSchema);
  const names = Object.keys(properties).map((name) => (required.includes(name) ? name : `${name}?`));
  return names.length > 0 ? `{${names.join(", ")}}` : "no arguments";
}
