/**
 * Lets pass what some clients send and the SDK would refuse before any tool sees it: for arguments null, an empty list,
 * or JSON text. Changes the message.
 */
export function repairMessage(message: unknown): void {
  if (Array.isArray(message)) message.forEach(repairMessage);
  const params = isObject(message) ? message.params : undefined;
  if (!isObject(params) || !Object.hasOwn(params, "arguments")) return;
  const given = typeof params.arguments === "string" ? parsed(params.arguments) : params.arguments;
  if (isObject(given) && !Array.isArray(given)) params.arguments = given;
  else if (given === null || given === "" || (Array.isArray(given) && given.length === 0))
    delete params.arguments;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
