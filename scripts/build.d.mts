/** Checks the types of src and bundles it into dist, unless dist is already newer than every source; installs first where that is missing. */
export function build(): void;

/** Bundles src into dist, whatever its types. */
export function bundleProgram(): void;

/** Bundles `<folder>/<name>.ts` into `<outdir>/<name>.js`, each a standalone script. Paths are relative to the repository. */
export function bundle(folder: string, names: readonly string[], outdir: string): void;
