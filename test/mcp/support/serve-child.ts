/** The product's server as a process of its own: options as JSON in the first argument. */
import { runMcp } from "../../../src/mcp/main.ts";

await runMcp({
  version: "0.0.0-test",
  folders: [],
  allowIndex: false,
  includeDiscord: false,
  ...JSON.parse(process.argv[2] ?? "{}"),
});
