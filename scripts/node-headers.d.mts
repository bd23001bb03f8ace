/** Prefix of a Node installation with headers for exactly this version; undefined if there is none. */
export function nodeHeaders(execPath?: string, version?: string): string | undefined;
