import { styleText } from "node:util";

export interface Styles {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

const plain = (text: string) => text;

/** Colours for a terminal; plain text when it goes elsewhere or colours are unwanted. */
export function stylesFor(stream: NodeJS.WriteStream, color: boolean): Styles {
  if (!color || !stream.isTTY) return { bold: plain, dim: plain, good: plain, bad: plain };
  return {
    bold: (text) => styleText("bold", text),
    dim: (text) => styleText("dim", text),
    good: (text) => styleText("green", text),
    bad: (text) => styleText("red", text),
  };
}
