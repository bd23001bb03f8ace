/** Checks the types of src and bundles it into dist, unless dist is already newer than every source; installs first where that is missing. */
export function build(): void;
