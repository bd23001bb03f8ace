import type { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import { ENTIRE_LIBRARY, type Library } from "../../core/index.ts";
import type { ImageRecord } from "../../core/types.ts";
import { shortId } from "../../shared/format.ts";
import { pathsOf } from "../../shared/placements.ts";
import { logLine, printable, printJson, printLine } from "../output.ts";
import { globalOptions, withExistingLibrary } from "../session.ts";

interface MarkFlags {
  readonly not?: boolean;
  readonly none?: boolean;
  readonly undo?: boolean;
  readonly list?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  glimpse find a dog on a beach
  glimpse mark 3                               the third hit of the last answer was it
  glimpse mark 1 --not                         the first was not
  glimpse mark --none                          nothing in the library is what was asked for
  glimpse mark beach.jpg "a dog on a beach"    a picture and a question by name
  glimpse mark --list

Marks stay in the library. \`glimpse evaluate\` says by them how well searching does for you.`;

export function registerMark(program: Command): void {
  const command = program
    .command("mark")
    .description("say whether a picture was what you asked for")
    .argument("[hit]", "number of a hit in the last answer of `glimpse find`, a file, or an image id")
    .argument("[question]", "in the words that you searched with (default: those of the last answer)")
    .option("--not", "it was not what was asked for")
    .option("--none", "nothing in the library is what was asked for")
    .option("--undo", "take the mark back")
    .option("--list", "list the marks")
    .option("--json", "with --list: print as JSON")
    .addHelpText("after", EXAMPLES)
    .action((hit: string | undefined, question: string | undefined, flags: MarkFlags) => {
      checkFlags(hit, flags);
      return withExistingLibrary(globalOptions(command), (library) => {
        if (flags.list) return list(library, flags);
        // With --none, the one argument is the question.
        return flags.none ? markNone(library, hit, flags) : mark(library, hit ?? "", question, flags);
      });
    });
}

function checkFlags(hit: string | undefined, { not, none, list, undo, json }: MarkFlags): void {
  if (list && (hit !== undefined || not || none || undo)) throw new UsageError("--list goes alone.");
  if (json && !list) throw new UsageError("--json is for --list.");
  if (none && not)
    throw new UsageError("Give --not for one picture, or --none for the whole library, not both.");
  if (!list && !none && hit === undefined)
    throw new UsageError("Name a hit by its number, a file or an image id; or give --none.");
}

async function mark(
  library: Library,
  hit: string,
  question: string | undefined,
  { not, undo }: MarkFlags,
): Promise<void> {
  const last = await library.marks.remembered();
  const asked = question ?? last?.question ?? noQuestion();
  const image = await imageOf(library, hit, question === undefined ? last?.hits : undefined);
  const name = placesOf(image).join(" = ");
  if (undo) {
    const had = await library.marks.withdraw(asked, image.id);
    return logLine(
      had
        ? `Taken back: ${name} for "${printable(asked)}".`
        : `There is no mark on ${name} for "${printable(asked)}".`,
    );
  }
  await library.marks.put(asked, image.id, { isRight: !not });
  logLine(`${name} is ${not ? "not " : ""}what "${printable(asked)}" asks for.`);
}

/** All of them: which one an answer showed depended on where it was asked. */
function placesOf(image: ImageRecord): string[] {
  const paths = pathsOf(image);
  return paths.length > 0 ? paths.map(printable) : [shortId(image.id)];
}

async function markNone(library: Library, question: string | undefined, { undo }: MarkFlags): Promise<void> {
  const asked = question ?? (await library.marks.remembered())?.question ?? noQuestion();
  const shown = `"${printable(asked)}"`;
  if (undo) {
    const had = await library.marks.withdraw(asked, null);
    return logLine(had ? `Taken back: nothing for ${shown}.` : `There is no such mark for ${shown}.`);
  }
  await library.marks.put(asked, null);
  logLine(`Nothing in the library is what ${shown} asks for.`);
}

function noQuestion(): never {
  throw new UsageError(
    "No answer is remembered. Search first with `glimpse find`, or give the question in quotes.",
  );
}

const RANK = /^[1-9]\d{0,3}$/;

async function imageOf(
  library: Library,
  hit: string,
  hits: ReadonlyMap<number, string> | undefined,
): Promise<ImageRecord> {
  const view = library.within(ENTIRE_LIBRARY);
  const id = RANK.test(hit) ? hits?.get(Number(hit)) : undefined;
  if (id !== undefined) return view.image(id);
  if (RANK.test(hit) && hit.length < 4)
    throw new UsageError(
      hits
        ? `The last answer has no hit ${hit} (any more).`
        : `A number is a hit of the last answer; with a question, name the picture.`,
    );
  return view.resolveImage(hit);
}

async function list(library: Library, { json }: MarkFlags): Promise<void> {
  const marks = await library.marks.list();
  const images = await library.within(ENTIRE_LIBRARY).images(marks.flatMap(({ id }) => id ?? []));
  const places = new Map(images.map((image) => [image.id, image]));
  const imageOf = (id: string | null) => (id === null ? undefined : places.get(id));
  if (json)
    return printJson(
      marks.map(({ question, id, isRight, at }) => {
        const image = imageOf(id);
        return { question, id, paths: image ? pathsOf(image) : [], isRight, at: new Date(at) };
      }),
    );
  if (marks.length === 0) logLine("There is no mark yet. Search, then `glimpse mark 1`.");
  for (const { question, id, isRight } of marks) {
    const image = imageOf(id);
    const what = id === null ? ["nothing"] : image ? placesOf(image) : [shortId(id)];
    printLine([printable(question), `${isRight ? "" : "not "}${what[0]}`, ...what.slice(1)].join("\t"));
  }
}
