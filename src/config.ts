import { homedir } from "node:os";
import { join, resolve } from "node:path";
import envPaths from "env-paths";
import type { ChildProcessOptions } from "./core/child-process.ts";
import { parseDevices } from "./core/embedder/devices.ts";
import { UsageError } from "./core/errors.ts";
import { limitsFor } from "./core/image/picture-limits.ts";
import type { Device, PictureLimits } from "./core/types.ts";

const LOG_LEVELS = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

export interface Config {
  /** Folder of the library: catalog, index and pulled models. For one on a server, of the pulled models. */
  readonly library: string;
  /** Address of the PostgreSQL server that holds the library. May have a password in it: never printed. */
  readonly server: string | undefined;
  /** Model for a new library, `id` or `id:variant`; an existing one knows its own. */
  readonly model: string | undefined;
  /** What pictures are embedded on, in the form that the core takes. */
  readonly devices: readonly Device[];
  /** Where models are pulled from: the hub, mirrors' URLs, or local folders, separated by commas. */
  readonly hub: string;
  /** A keyv store by URL; the library's own file when absent. */
  readonly settings: string | undefined;
  /** Whether the text in pictures is read. */
  readonly readText: boolean;
  readonly logLevel: LogLevel;
  /** Secrets: never printed. */
  readonly mcpToken: string | undefined;
  readonly discordToken: string | undefined;
  readonly webPassword: string | undefined;
  readonly childProcess: ChildProcessOptions;
  /** What a picture may cost; empty for the defaults. */
  readonly limits: Partial<PictureLimits>;
  readonly color: boolean;
  /** How the terminal shows pictures, if it can. */
  readonly terminalPictures: "kitty" | "iterm" | undefined;
}

export interface ConfigFlags {
  readonly library?: string | undefined;
  readonly model?: string | undefined;
  readonly device?: string | undefined;
  /** False for `--no-text`. */
  readonly text?: boolean | undefined;
}

/** Flags first, then the environment (where an empty variable is none), then defaults. @throws UsageError that names the setting */
export function readConfig(flags: ConfigFlags = {}): Config {
  if (flags.library === "") throw new UsageError("A folder's name is empty. Was a variable not set?");
  const env = readEnvironment();
  const place = flags.library ?? env.GLIMPSE_LIBRARY;
  return {
    ...libraryPlace(place),
    model: flags.model ?? env.GLIMPSE_MODEL,
    devices: deviceList(flags.device ?? env.GLIMPSE_DEVICE ?? "auto"),
    hub: hubAddress(env.GLIMPSE_HUB ?? "https://huggingface.co"),
    settings: env.GLIMPSE_SETTINGS,
    readText: env.GLIMPSE_TEXT && flags.text !== false,
    logLevel: env.GLIMPSE_LOG_LEVEL,
    mcpToken: env.GLIMPSE_MCP_TOKEN,
    discordToken: env.DISCORD_TOKEN,
    webPassword: env.GLIMPSE_WEB_PASSWORD,
    childProcess: { env: childEnvironment(process.env), inspect: env.GLIMPSE_INSPECT },
    limits: {
      ...(env.GLIMPSE_PICTURE_MEMORY !== undefined && limitsFor(env.GLIMPSE_PICTURE_MEMORY)),
      ...(env.GLIMPSE_SHOTS !== undefined && { maxShots: env.GLIMPSE_SHOTS }),
    },
    color: env.NO_COLOR === undefined,
    terminalPictures: terminalPictures(env),
  };
}

/** What `--library` or GLIMPSE_LIBRARY name; the platform's own folder when absent. @throws UsageError for other addresses */
export function libraryPlace(place?: string): Pick<Config, "library" | "server"> {
  const server = place !== undefined && isServer(place) ? place : undefined;
  return {
    library: libraryFolder((server === undefined && place) || envPaths("glimpse", { suffix: "" }).data),
    server,
  };
}

/** What a child process needs of the environment to find its clock's zone, programs and temporary files; never a secret. */
const CHILD_VARIABLES = ["PATH", "TZ", "TMPDIR", "TMP", "TEMP", "SYSTEMROOT"];
/** Where the libraries of GPUs lie, and which GPUs a program may have. */
const DRIVER_VARIABLES = ["LD_LIBRARY_PATH", "XDG_DATA_DIRS"];

/** Those, and what configures onnxruntime, CUDA and Vulkan. Windows writes names in any case. */
function childEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const passed = Object.entries(env).filter(
    ([name]) =>
      [...CHILD_VARIABLES, ...DRIVER_VARIABLES].includes(name.toUpperCase()) ||
      /^(?:ORT|CUDA|NVIDIA|VK)_/i.test(name),
  );
  return Object.fromEntries(passed.map(([name, value]) => [name, value ?? ""]));
}

/**
 * Every setting that comes from the environment; `.env.example` lists them for people. Read without a schema library,
 * since every start of the program comes through here.
 */
const readEnvironment = () => ({
  GLIMPSE_LIBRARY: setting("GLIMPSE_LIBRARY"),
  GLIMPSE_MODEL: setting("GLIMPSE_MODEL"),
  GLIMPSE_DEVICE: setting("GLIMPSE_DEVICE"),
  GLIMPSE_HUB: setting("GLIMPSE_HUB"),
  GLIMPSE_SETTINGS: setting("GLIMPSE_SETTINGS"),
  GLIMPSE_MCP_TOKEN: setting("GLIMPSE_MCP_TOKEN"),
  GLIMPSE_LOG_LEVEL: logLevel("GLIMPSE_LOG_LEVEL"),
  GLIMPSE_PICTURE_MEMORY: mebibytes("GLIMPSE_PICTURE_MEMORY"),
  GLIMPSE_SHOTS: shots("GLIMPSE_SHOTS"),
  DISCORD_TOKEN: setting("DISCORD_TOKEN"),
  GLIMPSE_WEB_PASSWORD: setting("GLIMPSE_WEB_PASSWORD"),
  GLIMPSE_TEXT: isOn("GLIMPSE_TEXT", "on"),
  GLIMPSE_INSPECT: isOn("GLIMPSE_INSPECT", "off"),
  NO_COLOR: setting("NO_COLOR"),
  TERM_PROGRAM: setting("TERM_PROGRAM"),
  TERM: setting("TERM"),
  KITTY_WINDOW_ID: setting("KITTY_WINDOW_ID"),
});

/** An empty variable is none. */
const setting = (name: string) => process.env[name]?.trim() || undefined;

function logLevel(name: string): LogLevel {
  const wanted = setting(name) ?? "info";
  const level = LOG_LEVELS.find((each) => each === wanted);
  if (level !== undefined) return level;
  throw new UsageError(`The setting ${name} is not usable: "${wanted}" is none of ${LOG_LEVELS.join(", ")}.`);
}

/** A number of MiB, in bytes. */
function mebibytes(name: string): number | undefined {
  const wanted = setting(name);
  if (wanted === undefined) return undefined;
  const number = /^\d{1,7}$/.test(wanted) ? Number(wanted) : 0;
  if (number > 0) return number * 2 ** 20;
  throw new UsageError(`The setting ${name} is not usable: "${wanted}" is no number of MiB, such as 2048.`);
}

/** How many shots of a film are kept; of a thousand, thumbnails alone take some megabytes. */
function shots(name: string): number | undefined {
  const wanted = setting(name);
  if (wanted === undefined) return undefined;
  const number = /^\d{1,4}$/.test(wanted) ? Number(wanted) : 0;
  if (number >= 1 && number <= 1000) return number;
  throw new UsageError(
    `The setting ${name} is not usable: "${wanted}" is no number of shots from 1 to 1000, such as 24.`,
  );
}

const ON = ["true", "1", "yes", "on", "y", "enabled"];
const OFF = ["false", "0", "no", "off", "n", "disabled"];

function isOn(name: string, otherwise: "on" | "off"): boolean {
  const wanted = (setting(name) ?? otherwise).toLowerCase();
  if (ON.includes(wanted)) return true;
  if (OFF.includes(wanted)) return false;
  throw new UsageError(`The setting ${name} is not usable: "${wanted}" is neither on nor off.`);
}

function deviceList(written: string): readonly Device[] {
  const devices = parseDevices(written);
  if (devices !== undefined) return devices;
  throw new UsageError(
    `"${written}" is no device. Give auto, cpu, cuda, coreml, dml or webgpu in --device or GLIMPSE_DEVICE; of several GPUs the number, such as cuda:1, or a list, such as cuda:0,cuda:1.`,
  );
}

function terminalPictures(env: ReturnType<typeof readEnvironment>): Config["terminalPictures"] {
  if (env.KITTY_WINDOW_ID !== undefined || env.TERM === "xterm-kitty" || env.TERM_PROGRAM === "ghostty")
    return "kitty";
  return env.TERM_PROGRAM === "iTerm.app" || env.TERM_PROGRAM === "WezTerm" ? "iterm" : undefined;
}

const isServer = (place: string) => /^postgres(?:ql)?:\/\//i.test(place);

/**
 * What begins as an address does is not taken for a folder of that name; what may be secret in it is not repeated.
 * @throws UsageError
 */
function libraryFolder(place: string): string {
  // Quotes around it come from files of settings whose reader leaves them.
  const scheme = /^[\s"'<]*([a-z][a-z\d+.-]*)\s*:/i.exec(place)?.[1]?.toLowerCase();
  const isDrive = process.platform === "win32" && scheme?.length === 1;
  if (scheme === undefined || isDrive) return resolve(expandHome(place));
  if (scheme.length === 1)
    throw new UsageError(
      `A library is a folder on this machine, which has no drive ${scheme.toUpperCase()}:. Give the folder's path in GLIMPSE_LIBRARY or --library.`,
    );
  const what = scheme.startsWith("postgres")
    ? "an address of a PostgreSQL server begins with postgres://"
    : `a ${scheme}: address is neither`;
  throw new UsageError(
    `A library is a folder on this machine or lies on a PostgreSQL server, and ${what}. Give the folder's path (./ before a name with a colon in it), or postgres://user@host/database, in GLIMPSE_LIBRARY or --library.`,
  );
}

/** An address is not taken for a folder of that name, but `C:/models` is. */
const schemeOf = (place: string) => /^([a-z][a-z\d+.-]+):\//i.exec(place)?.[1]?.toLowerCase();

/** Several, separated by commas, are tried in turn. */
function hubAddress(places: string): string {
  const schemes = places.split(",").map((place) => schemeOf(place.trim()));
  const scheme = schemes.find((each) => each !== undefined && each !== "http" && each !== "https");
  if (scheme === undefined) return places;
  throw new UsageError(
    `Models cannot be fetched from a ${scheme}:// address. Give an http(s) address or a folder in GLIMPSE_HUB.`,
  );
}

const expandHome = (path: string) =>
  path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
