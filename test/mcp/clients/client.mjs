import { readFileSync } from "node:fs";

/**
 * What every script in this folder is given: how the server is started, and where it listens.
 * @type {{ command: string, args: string[], env: Record<string, string>, url: string, token: string }}
 */
export const server = JSON.parse(process.env.GLIMPSE_SERVER ?? "{}");

export const authorization = { Authorization: `Bearer ${server.token}` };

/** The file that a package's command is, so that it can be started by another Node than this one. */
export function commandFile(folder, name, command = name) {
  const { bin } = JSON.parse(readFileSync(`${folder}node_modules/${name}/package.json`, "utf8"));
  return `${folder}node_modules/${name}/${typeof bin === "string" ? bin : bin[command]}`;
}

/** Blocks of an answer, brought to one shape. */
export function answerOf({ content = [], isError = false }) {
  const text = content.map((block) => block.text ?? "").join("\n");
  return { text, images: content.filter(({ type }) => type === "image").length, isError };
}
