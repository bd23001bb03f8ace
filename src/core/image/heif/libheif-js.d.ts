declare module "libheif-js/wasm-bundle.js" {
  const library: import("./heif-library.ts").HeifLibrary;
  export = library;
}
