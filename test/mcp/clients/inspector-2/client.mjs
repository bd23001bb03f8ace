import { fileURLToPath } from "node:url";
import { inspector } from "../inspector.mjs";

export const ways = ["stdio", "HTTP", "HTTP, modern, strict"];

export function connect(way) {
  const [transport, ...words] = way.split(", ");
  const isModern = words.length > 0;
  // It gives up after 15 seconds otherwise, which a machine with other work to do may take.
  const more = ["--connect-timeout", "60000", ...(isModern ? ["--protocol-era", "modern"] : [])];
  return inspector(fileURLToPath(new URL("./", import.meta.url)), transport, {
    more,
    ofTools: isModern ? ["--strict"] : [],
  });
}
