/** Compiles src to dist, unless dist is already newer than every source; installs first where that is missing. */
export function build(): void;
