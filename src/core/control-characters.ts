/**
 * Control characters made visible: ESC as `\x1b`, a line break as `\x0a`. Names of files may hold any. A terminal
 * would obey them, and without them a name reads like another one.
 */
export const escapeControls = (text: string): string =>
  text.replace(/\p{Cc}/gu, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`);
