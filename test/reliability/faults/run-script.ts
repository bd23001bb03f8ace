import { once } from "node:events";
import { text } from "node:stream/consumers";
import { type StartOptions, startScript } from "../../support/start-script.ts";

/** The problems that a script prints, one per line, before its last line reports completion. */
export async function problemsOfScript(
  script: URL,
  args: readonly string[],
  options: Omit<StartOptions, "stdio"> = {},
): Promise<string[]> {
  const child = startScript(script, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  if (!child.stdout || !child.stderr) throw new Error("the child has no output");
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  const problems = output.split("\n").filter(Boolean);
  if (problems.pop() !== "done") problems.push(`the process ended: ${errors.slice(-300)}`);
  return problems;
}
