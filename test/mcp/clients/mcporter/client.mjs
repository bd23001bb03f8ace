import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { answerOf, commandFile, server } from "../client.mjs";

const exec = promisify(execFile);
const folder = fileURLToPath(new URL("./", import.meta.url));

export const ways = ["stdio", "HTTP"];

export async function connect(way) {
  const { command, args, env, url, token } = server;
  const target =
    way === "stdio"
      ? ["--stdio", command, ...args.flatMap((arg) => ["--stdio-arg", arg])]
      : ["--http-url", url, "--allow-http", "--header", `Authorization=Bearer ${token}`];
  const run = async (...asked) => {
    const file = commandFile(folder, "mcporter");
    const options = { env, maxBuffer: 2 ** 26 };
    const done = exec(`${folder}node_modules/node/bin/node`, [file, ...asked], options);
    const { stdout } = await done.catch((error) => {
      if (error.stdout?.trim().startsWith("{")) return error;
      throw new Error(`${error.stderr || error}`.trim().slice(0, 300));
    });
    return JSON.parse(stdout);
  };
  return {
    tools: async () =>
      (await run("list", ...target, "--name", "glimpse", "--json")).tools.map(({ name }) => name),
    call: async (name, given) => {
      const args = ["--tool", name, "--args", JSON.stringify(given), "--output", "json"];
      const answer = await run("call", ...target, "--name", "glimpse", ...args);
      // Of an answer with data it gives that alone.
      return answer.content ? answerOf(answer) : { text: JSON.stringify(answer), images: 0, isError: false };
    },
    close: () => {},
  };
}
