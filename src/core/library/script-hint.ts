import { pluralize } from "../english.ts";
import type { ReadingEngine } from "../ports.ts";
import type { TextLine, TextReport } from "../types.ts";
import { garbledLines } from "../words/garbled-lines.ts";

/** The one reader of another script than those of the built-in one whose text comes out garbled rather than not at all. */
const CYRILLIC_READER = "ppocr-v5-cyrillic";

const PULL_CYRILLIC = `If it is Cyrillic: \`glimpse models pull ${CYRILLIC_READER}\`, then \`glimpse add\`.`;

/** Whether what this engine read is in a script that it does not know, and another reader might. */
export const isUnknownScript = (lines: readonly TextLine[], engine: ReadingEngine): boolean =>
  !engine.includes(CYRILLIC_READER) && garbledLines(lines).includes(true);

/** Of one picture; nothing where all could be read. */
export const hintOn = (lines: readonly TextLine[], engine: ReadingEngine): { hint?: string } =>
  isUnknownScript(lines, engine)
    ? { hint: `Some of its text seems to be in a script that no installed reader knows. ${PULL_CYRILLIC}` }
    : {};

/** Of many; undefined for none. */
export const describeUnknownScript = ({
  unknownScript,
}: Pick<TextReport, "unknownScript">): string | undefined =>
  unknownScript === 0
    ? undefined
    : `The text in ${pluralize(unknownScript, "picture")} seems to be in a script that no installed reader knows. ${PULL_CYRILLIC}`;
