import { homedir } from "node:os";
import { join, resolve } from "node:path";
import envPaths from "env-paths";
import * as z from "zod";
import type { ChildProcessOptions } from "./core/child-process.ts";
import { UsageError } from "./core/errors.ts";

// Each schema is used once or twice: compiling it to code, as zod does, takes longer than that saves.
z.config({ jitless: true });

const optionalText = z
  .string()
  .trim()
  .transform((text) => (text === "" ? undefined : text))
  .optional();

/** Every setting that comes from the environment; `.env.example` lists them for people. */
const environment = z.object({
  GLIMPSE_LIBRARY: optionalText,
  GLIMPSE_MODEL: optionalText,
  GLIMPSE_HUB: optionalText,
  GLIMPSE_SETTINGS: optionalText,
  GLIMPSE_MCP_TOKEN: optionalText,
  GLIMPSE_LOG_LEVEL: z.enum(["silent", "fatal", "error", "warn", "info", "debug", "trace"]).default("info"),
  DISCORD_TOKEN: optionalText,
  GLIMPSE_INSPECT: optionalText.pipe(z.stringbool().optional()),
  NO_COLOR: optionalText,
  TERM_PROGRAM: optionalText,
  TERM: optionalText,
  KITTY_WINDOW_ID: optionalText,
});

export interface Config {
  /** Folder of the library: catalog, index and pulled models. */
  readonly library: string;
  /** Model for a new library, `id` or `id:variant`; an existing one knows its own. */
  readonly model: string | undefined;
  /** Where models are pulled from: the hub, a mirror's URL, or a local folder. */
  readonly hub: string;
  /** A keyv store by URL; the library's own file when absent. */
  readonly settings: string | undefined;
  readonly logLevel: z.output<typeof environment>["GLIMPSE_LOG_LEVEL"];
  /** Secrets: never printed. */
  readonly mcpToken: string | undefined;
  readonly discordToken: string | undefined;
  readonly childProcess: ChildProcessOptions;
  readonly color: boolean;
  /** How the terminal shows pictures, if it can. */
  readonly terminalPictures: "kitty" | "iterm" | undefined;
}

export interface ConfigFlags {
  readonly library?: string | undefined;
  readonly model?: string | undefined;
}

/** Flags first, then the environment (where an empty variable is none), then defaults. @throws UsageError that names the setting */
export function readConfig(flags: ConfigFlags = {}): Config {
  if (flags.library === "") throw new UsageError("A folder's name is empty. Was a variable not set?");
  const parsed = environment.safeParse(process.env);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(`The setting ${issue?.path.join(".")} is not usable: ${issue?.message}.`);
  }
  const env = parsed.data;
  return {
    library: libraryFolder(flags.library ?? env.GLIMPSE_LIBRARY ?? envPaths("glimpse", { suffix: "" }).data),
    model: flags.model ?? env.GLIMPSE_MODEL,
    hub: hubAddress(env.GLIMPSE_HUB ?? "https://huggingface.co"),
    settings: env.GLIMPSE_SETTINGS,
    logLevel: env.GLIMPSE_LOG_LEVEL,
    mcpToken: env.GLIMPSE_MCP_TOKEN,
    discordToken: env.DISCORD_TOKEN,
    childProcess: { env: childEnvironment(process.env), inspect: env.GLIMPSE_INSPECT ?? false },
    color: env.NO_COLOR === undefined,
    terminalPictures: terminalPictures(env),
  };
}

/** What a child process needs of the environment to find its clock's zone, programs and temporary files; never a secret. */
const CHILD_VARIABLES = ["PATH", "TZ", "TMPDIR", "TMP", "TEMP", "SYSTEMROOT"];

/** Those, and what configures onnxruntime. Windows writes names in any case. */
function childEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const passed = Object.entries(env).filter(
    ([name]) => CHILD_VARIABLES.includes(name.toUpperCase()) || /^ORT_/i.test(name),
  );
  return Object.fromEntries(passed.map(([name, value]) => [name, value ?? ""]));
}

function terminalPictures(env: z.output<typeof environment>): Config["terminalPictures"] {
  if (env.KITTY_WINDOW_ID !== undefined || env.TERM === "xterm-kitty" || env.TERM_PROGRAM === "ghostty")
    return "kitty";
  return env.TERM_PROGRAM === "iTerm.app" || env.TERM_PROGRAM === "WezTerm" ? "iterm" : undefined;
}

/** An address is not taken for a folder of that name; what may be secret in it is not repeated. */
const schemeOf = (place: string) => /^([a-z][a-z\d+.-]*):\/\//i.exec(place)?.[1]?.toLowerCase();

function libraryFolder(place: string): string {
  const scheme = schemeOf(place);
  if (scheme === undefined) return resolve(expandHome(place));
  throw new UsageError(
    `A library is a folder on this machine, and a ${scheme}:// address is none. Give the folder's path in GLIMPSE_LIBRARY or --library.`,
  );
}

function hubAddress(place: string): string {
  const scheme = schemeOf(place);
  if (scheme === undefined || scheme === "http" || scheme === "https") return place;
  throw new UsageError(
    `Models cannot be fetched from a ${scheme}:// address. Give an http(s) address or a folder in GLIMPSE_HUB.`,
  );
}

const expandHome = (path: string) =>
  path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
