import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { answerOf, commandFile, server } from "./client.mjs";

const exec = promisify(execFile);

/** Either line of the inspector's command line. `more`: options of every call; `ofTools`: of listing tools. */
export async function inspector(folder, way, { more = [], ofTools = [] } = {}) {
  const { command, args, env, url, token } = server;
  const file = commandFile(folder, "@modelcontextprotocol/inspector", "mcp-inspector");
  const node = `${folder}node_modules/node/bin/node`;
  const target =
    way === "stdio"
      ? [
          // The second line starts a server without its own environment.
          ...Object.entries(env).flatMap(([key, value]) =>
            /^GLIMPSE_/.test(key) ? ["-e", `${key}=${value}`] : [],
          ),
          command,
          ...args,
        ]
      : [url, "--transport", "http", "--header", `Authorization: Bearer ${token}`];
  const ask = async (...asked) => {
    const options = {
      env: { ...env, PATH: `${folder}node_modules/node/bin:${env.PATH}` },
      maxBuffer: 2 ** 26,
    };
    // It ends with a code of its own for an answer that says that something failed.
    const { stdout } = await exec(node, [file, "--cli", ...target, ...more, ...asked], options).catch(
      (error) => {
        if (error.stdout?.trim().startsWith("{")) return error;
        throw new Error(`${error.stderr || error.stdout || error}`.trim().slice(0, 300));
      },
    );
    return JSON.parse(stdout);
  };
  return {
    tools: async () => (await ask("--method", "tools/list", ...ofTools)).tools.map(({ name }) => name),
    call: async (name, given) => {
      const pairs = Object.entries(given).flatMap(([key, value]) => [
        "--tool-arg",
        `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
      ]);
      return answerOf(await ask("--method", "tools/call", "--tool-name", name, ...pairs));
    },
    resources: async () => (await ask("--method", "resources/list")).resources.length,
    close: () => {},
  };
}
