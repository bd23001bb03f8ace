import { pluralize } from "../core/index.ts";

/** One a line, for reading; a name that would break out of its line is written as git writes it, in quotes with escapes. */
export const pathList = (paths: readonly string[]): string =>
  paths.map((path) => `${inList(path)}\n`).join("");

/** Each ended by NUL, which no name holds: for `xargs -0`. */
export const nulList = (paths: readonly string[]): string => paths.map((path) => `${path}\0`).join("");

/**
 * Scripts for a person to read and run: they move files to the trash, never delete them, and take every name as it is.
 * A name is quoted so that nothing in it is carried out.
 */

/** For sh, with `trash-put` (trash-cli), `gio trash` or macOS' `trash`, whichever is there. */
export function posixScript(paths: readonly string[]): string {
  return `#!/bin/sh
# Moves ${pluralize(paths.length, "file")} to the trash; of each picture one copy stays. Look it through before you run it: sh trash-spare-files.sh
set -u
if command -v trash-put > /dev/null; then to_trash() { trash-put -- "$1"; }
elif command -v gio > /dev/null; then to_trash() { gio trash -- "$1"; }
elif command -v trash > /dev/null; then to_trash() { trash "$1"; }
else echo "None of trash-put, gio and trash is installed; nothing was moved." >&2; exit 1
fi
${paths.map((path) => `to_trash ${inShell(path)}\n`).join("")}`;
}

/** Without it Windows PowerShell takes a file for one of the local code page, and misses every name with an accent. */
const BYTE_ORDER_MARK = "\uFEFF";

/** For PowerShell on Windows: its recycle bin. */
export function powerShellScript(paths: readonly string[]): string {
  return `${BYTE_ORDER_MARK}# Moves ${pluralize(paths.length, "file")} to the recycle bin; of each picture one copy stays. Look it through before you run it.
Add-Type -AssemblyName Microsoft.VisualBasic
function To-RecycleBin([string] $path) {
  [Microsoft.VisualBasic.FileIO.FileSystem]::DeleteFile($path, 'OnlyErrorDialogs', 'SendToRecycleBin')
}
${paths.map((path) => `To-RecycleBin ${inPowerShell(path)}\n`).join("")}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  '"': '\\"',
  "\\": "\\\\",
};

/** Windows' paths hold backslashes: they alone are no reason for quotes. */
function inList(path: string): string {
  if (!/[\p{Cc}\u2028\u2029]|^"/u.test(path)) return path;
  const escaped = path.replaceAll(/[\p{Cc}\u2028\u2029"\\]/gu, (found) => ESCAPES[found] ?? octal(found));
  return `"${escaped}"`;
}

const octal = (text: string) =>
  [...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");

const inShell = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** PowerShell takes typographic quotes for quotes too; each is doubled. */
const inPowerShell = (text: string) => `'${text.replaceAll(/['\u2018\u2019\u201a\u201b]/g, "$&$&")}'`;
