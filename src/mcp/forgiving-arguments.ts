/** What is used of a JSON schema here. */
interface PropertySchema {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface ReadArguments {
  readonly args: unknown;
  /** Sentences about what was changed in a way that the assistant should know. */
  readonly notes: readonly string[];
}

/**
 * Arguments as models and clients really fill them, brought to what the schema wants: null and "" for what is absent, one
 * string for a list, JSON text for a list or for all arguments, numbers and booleans as text, a number beyond its bounds.
 * Whatever else is wrong is left as it is, and refused by the schema.
 */
export function forgivingly(given: unknown, properties: Readonly<Record<string, unknown>>): ReadArguments {
  const args = typeof given === "string" ? (parsed(given) ?? given) : given;
  if (args === null || args === undefined || args === "") return { args: {}, notes: [] };
  if (!isRecord(args)) return { args, notes: [] };
  const notes: string[] = [];
  const read = Object.entries(args).flatMap(([name, value]) => {
    if (value === null || value === "") return [];
    return [[name, asWanted(name, value, schemaOf(properties, name), notes)]];
  });
  return { args: Object.fromEntries(read), notes };
}

/** Names such as "constructor" are no properties. */
const schemaOf = (properties: Readonly<Record<string, unknown>>, name: string): PropertySchema =>
  Object.hasOwn(properties, name) && isRecord(properties[name]) ? properties[name] : {};

function asWanted(name: string, value: unknown, schema: PropertySchema, notes: string[]): unknown {
  switch (schema.type) {
    case "array":
      return asList(value);
    case "integer":
    case "number":
      return clamped(name, asNumber(value), schema, notes);
    case "boolean":
      return value === "true" || value === "false" ? value === "true" : value;
    default:
      return value;
  }
}

function asList(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const list = value.trimStart().startsWith("[") ? parsed(value) : undefined;
  return Array.isArray(list) ? list : [value];
}

const asNumber = (value: unknown): unknown =>
  typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value.trim()) ? Number(value) : value;

function clamped(name: string, value: unknown, schema: PropertySchema, notes: string[]): unknown {
  if (typeof value !== "number") return value;
  const within = Math.max(schema.minimum ?? value, Math.min(schema.maximum ?? value, value));
  if (within !== value) notes.push(`${name} ${value} was taken as ${within}.`);
  return within;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
