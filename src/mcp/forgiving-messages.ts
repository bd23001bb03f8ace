/** Lets pass what some clients send and the SDK would refuse before any tool sees it: `arguments: null`. Changes the message. */
export function forgive(message: unknown): void {
  if (Array.isArray(message)) message.forEach(forgive);
  const params = isObject(message) ? message.params : undefined;
  if (isObject(params) && params.arguments === null) delete params.arguments;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
