import type { Command } from "commander";

/** Options that every command takes. */
export interface GlobalOptions {
  readonly library?: string;
  readonly model?: string;
}

/** One command of the program: declares itself, and loads its work only when it is called. */
export type Register = (program: Command) => void;

/** The global options, wherever on the line they stood. */
export const globalOptions = (command: Command): GlobalOptions => command.optsWithGlobals<GlobalOptions>();
