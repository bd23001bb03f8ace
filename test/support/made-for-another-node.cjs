// Preloaded: better-sqlite3 fails to load as it does when it was compiled for Node 18.
const dlopen = process.dlopen;

process.dlopen = (module, file, ...rest) => {
  if (!file.endsWith("better_sqlite3.node")) return dlopen.call(process, module, file, ...rest);
  const message =
    `The module '${file}'\nwas compiled against a different Node.js version using\nNODE_MODULE_VERSION 108. ` +
    `This version of Node.js requires\nNODE_MODULE_VERSION ${process.versions.modules}. Please try re-compiling or ` +
    "re-installing\nthe module (for instance, using `npm rebuild` or `npm install`).";
  throw Object.assign(new Error(message), { code: "ERR_DLOPEN_FAILED" });
};
