/** Checks the types of src and bundles it into dist, unless dist is newer than every source; installs the dependencies first if they are missing. */
export function build(): void;

/** Bundles src into dist without checking types. */
export function bundleProgram(): void;

/** Bundles `<folder>/<name>.ts` into `<outdir>/<name>.js`, each a standalone script. Paths are relative to the repository. */
export function bundle(folder: string, names: readonly string[], outdir: string): void;
