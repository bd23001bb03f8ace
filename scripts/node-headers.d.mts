/** Prefix of a Node installation that carries the headers of just this version; undefined where there are none. */
export function nodeHeaders(execPath?: string, version?: string): string | undefined;
