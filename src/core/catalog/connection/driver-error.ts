import { LibraryError, systemCode } from "../../errors.ts";

/** Node's major versions by the number that compiled modules are made for: https://nodejs.org/en/about/previous-releases */
const NODE_OF: Readonly<Record<string, string>> = {
  "108": "18",
  "115": "20",
  "120": "21",
  "127": "22",
  "131": "23",
  "137": "24",
  "141": "25",
};

/** Of the first attempt to load a module of another Node: a second one in the same process fails without naming the version. */
let firstSentence: string | undefined;

/** What a person can do when the compiled part of better-sqlite3 cannot be loaded; undefined for any other error. */
export function driverError(error: unknown): LibraryError | undefined {
  if (!(error instanceof Error)) return undefined;
  const isMissing = error.message.startsWith("Could not locate the bindings file");
  if (systemCode(error) !== "ERR_DLOPEN_FAILED" && !isMissing) return undefined;
  const made = /NODE_MODULE_VERSION\s+(\d+)/.exec(error.message)?.[1];
  if (made !== undefined) firstSentence = otherNode(made, error.message);
  const isRepeated = made !== undefined || error.message.includes("did not self-register");
  const sentence = (isRepeated && firstSentence) || cannotLoad(error.message);
  return new LibraryError(sentence, { cause: error });
}

const otherNode = (made: string, message: string) =>
  `Glimpse was installed under ${NODE_OF[made] ? `Node ${NODE_OF[made]}` : "another version of Node"} and is started by ` +
  `Node ${process.versions.node}: run \`npm rebuild\`${placeIn(message)} with this Node, or start it with that one.`;

const cannotLoad = (message: string) =>
  `The database of Glimpse (better-sqlite3) cannot be loaded: ${message.split("\n")[0]} ` +
  `Run \`npm rebuild better-sqlite3\`${placeIn(message)}; it needs python3, make and a C++ compiler.`;

/** Where Glimpse is installed, as far as the message names it. */
function placeIn(message: string): string {
  const folder = /'?((?:\/|[A-Z]:\\)[^'\n]*?)[/\\]node_modules[/\\]/.exec(message)?.[1];
  return folder === undefined ? "" : ` in ${folder}`;
}
