import { copyLibrary } from "../../../src/core/copying/copy-library.ts";
import { openCopied } from "../../../src/core/copying/open-copied.ts";

const [from = "", to = ""] = process.argv.slice(2);
const server = to.startsWith("postgres:") ? to : undefined;
const source = await openCopied({ directory: from }, { create: false });
const target = await openCopied({ directory: to, server }, { create: true });
await copyLibrary(source, target);
