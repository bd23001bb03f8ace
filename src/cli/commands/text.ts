import type { Command } from "commander";
import { readConfig } from "../../config.ts";
import { ENTIRE_LIBRARY, GlimpseError } from "../../core/index.ts";
import type { ImageText } from "../../core/types.ts";
import { logLine, printable, printJson, printLine } from "../output.ts";
import { imageRef } from "../query-terms.ts";
import { globalOptions, withLibrary } from "../session.ts";
import { stylesFor } from "../styles.ts";

const EXAMPLES = `
Examples:
  glimpse text receipt.jpg              the lines of text in a picture, each with how sure the reader is
  glimpse text 3f2a9c01d4e5             of a picture of the library, by its id
  glimpse text *.png --json             with the place of each line, one JSON object per picture

A file is read at once, whether it is in the library or not; of a film or animation, each shot. ID@0:42 is
the frame of a film at that moment. To search in text, see \`glimpse find\`.`;

export function registerText(program: Command): void {
  const command = program
    .command("text")
    .description("show the text that pictures hold")
    .argument("<pictures...>", "files, image ids or moments of films")
    .option("--json", "print one JSON object per line, with boxes in fractions of the picture")
    .addHelpText("after", EXAMPLES)
    .action((pictures: string[], flags: { json?: boolean }) =>
      withLibrary(globalOptions(command), async (library, signal) => {
        const view = library.within(ENTIRE_LIBRARY);
        const styles = stylesFor(process.stdout, readConfig(globalOptions(command)).color);
        const show = (picture: string, text: ImageText) => {
          if (flags.json) return printJson({ picture, ...text }, 0);
          if (pictures.length > 1) printLine(styles.bold(printable(picture)));
          for (const { text: line, confidence } of text.lines)
            printLine(`${styles.dim(`${(100 * confidence).toFixed(0).padStart(3)} %`)}  ${printable(line)}`);
          if (text.hint) logLine(text.hint);
          if (text.lines.length === 0) logLine(`${printable(picture)}: ${WITHOUT_LINES[text.state]}`);
        };
        for (const picture of pictures) {
          try {
            show(picture, await view.readText(imageRef(picture), signal));
          } catch (error) {
            if (!(error instanceof GlimpseError) || pictures.length === 1) throw error;
            logLine(`glimpse: ${printable(picture)}: ${printable(error.message)}`);
            process.exitCode = 1;
          }
        }
      }),
    );
}

const WITHOUT_LINES: Readonly<Record<ImageText["state"], string>> = {
  read: "no text was found.",
  unread: "its text was not read yet; run `glimpse add`.",
  failed: "its text could not be read.",
};
