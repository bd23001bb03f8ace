import * as z from "zod";
import type { Progress } from "../core/index.ts";
import { coerceArguments } from "./coerce-arguments.ts";
import type { McpLibrary, McpLibraryView } from "./library-port.ts";
import type { Service } from "./service.ts";

/** One piece of an answer, free of any protocol library. */
export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "picture"; readonly bytes: Uint8Array; readonly mimeType: string };

/**
 * Some clients pass only the blocks to the assistant, others only the data: each must be complete by itself.
 * Pictures never come together with data, because the latter clients would drop them.
 */
export interface Answer<Output> {
  readonly blocks: readonly Block[];
  readonly data?: Output | undefined;
}

/** What a running tool may use. */
export interface Call {
  readonly service: Service;
  readonly library: McpLibrary;
  /** What this server may see of the library; arguments only ever narrow it. */
  readonly view: McpLibraryView;
  /** Aborts when the client cancels or disconnects, or the call takes too long. */
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
}

/** Whether the gallery in the chat shows a tool's answers, or is alone in calling it. */
type InGallery = "shown" | "only";

interface ToolDefinition<Input, Output> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** False for a tool that changes the library or what it is doing. */
  readonly readOnly: boolean;
  readonly inGallery?: InGallery | undefined;
  /** Whether its answer is to have what was put into the folders meanwhile. */
  readonly wantsNewFiles?: boolean | undefined;
  readonly input: z.ZodType<Input>;
  /** Absent for a tool that answers with pictures. */
  readonly output?: z.ZodType<Output>;
  readonly run: (input: Input, call: Call) => Promise<Answer<Output>>;
}

type JsonSchema = Record<string, unknown>;

/** A tool as the server and the generated reference see it: checked arguments in, checked data out. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly readOnly: boolean;
  readonly inGallery?: InGallery | undefined;
  readonly inputSchema: JsonSchema;
  /** For the reference only: the text says all of it, and schemas would double what the list of tools costs. */
  readonly outputSchema?: JsonSchema | undefined;
  /** @throws z.ZodError for arguments of the wrong shape */
  readonly run: (args: unknown, call: Call) => Promise<Answer<unknown>>;
}

export function defineTool<Input, Output>(definition: ToolDefinition<Input, Output>): Tool {
  const { name, title, description, readOnly, inGallery, wantsNewFiles, input, output, run } = definition;
  const inputSchema = jsonSchema(input, "input");
  const { properties } = z
    .object({ properties: z.record(z.string(), z.unknown()).default({}) })
    .parse(inputSchema);
  return {
    name,
    title,
    description,
    readOnly,
    inGallery,
    inputSchema,
    outputSchema: output && jsonSchema(output, "output"),
    run: async (given, call) => {
      const { args, notes } = coerceArguments(given, properties);
      const checked = input.parse(args, { reportInput: true });
      const news = wantsNewFiles ? await call.service.newFiles.notes(call) : [];
      const answer = withNotes(await run(checked, call), [...notes, ...news]);
      return output ? { ...answer, data: withoutEmpty(output.parse(answer.data)) } : answer;
    },
  };
}

/** In the text, and in the data where they have a place. */
function withNotes<Output>({ blocks, data }: Answer<Output>, notes: readonly string[]): Answer<Output> {
  if (notes.length === 0) return { blocks, data };
  const text: Block = { kind: "text", text: notes.join(" ") };
  const own: unknown = data && Reflect.get(data, "notes");
  return {
    blocks: [...blocks, text],
    data: data && Array.isArray(own) ? { ...data, notes: [...own, ...notes] } : data,
  };
}

/**
 * Each field costs the assistant tokens, and an empty one says nothing. Lists of the answer itself stay, so that who reads
 * them need not ask whether they are there.
 */
function withoutEmpty(data: unknown, isAnswer = true): unknown {
  if (Array.isArray(data)) return data.map((each) => withoutEmpty(each, false));
  if (typeof data !== "object" || data === null) return data;
  const told = Object.entries(data)
    .map(([name, value]) => [name, withoutEmpty(value, false)] as const)
    .filter(([, value]) => !isEmpty(value) || (isAnswer && Array.isArray(value)));
  return Object.fromEntries(told);
}

const isEmpty = (value: unknown) =>
  value === null ||
  value === undefined ||
  value === "" ||
  (typeof value === "object" && Object.keys(value).length === 0);

function jsonSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
