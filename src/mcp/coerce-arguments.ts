/** What is used of a JSON schema here. */
interface PropertySchema {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly items?: PropertySchema;
}

export interface CoercedArguments {
  readonly args: unknown;
  /** Sentences about what was changed in a way that the assistant should know. */
  readonly notes: readonly string[];
}

/**
 * Arguments as models and clients really fill them, brought to what the schema wants: null and "" for what is absent, in
 * lists too; one string for a list, and a list of one for a string; JSON text for a list or for all arguments; numbers and
 * booleans as text, and text as numbers; a number beyond its bounds, or broken; a word in capitals. Whatever else is wrong
 * is left as it is, and refused by the schema.
 */
export function coerceArguments(
  given: unknown,
  properties: Readonly<Record<string, unknown>>,
): CoercedArguments {
  const args = typeof given === "string" ? (parsed(given) ?? given) : given;
  if (isAbsent(args) || (Array.isArray(args) && args.length === 0)) return { args: {}, notes: [] };
  if (!isRecord(args)) return { args, notes: [] };
  const notes: string[] = [];
  const read = Object.entries(args).flatMap(([name, value]) => {
    if (isAbsent(value)) return [];
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
      return asList(value, schema.items ?? {});
    case "integer":
    case "number":
      return clamped(name, asNumber(value), schema, notes);
    case "string":
      return asText(value, schema);
    case "boolean":
      return value === "true" || value === "false" ? value === "true" : value;
    default:
      return value;
  }
}

function asList(value: unknown, items: PropertySchema): unknown {
  const list =
    typeof value === "string" && value.trimStart().startsWith("[") ? (parsed(value) ?? value) : value;
  if (isRecord(list)) return list;
  const given: readonly unknown[] = Array.isArray(list) ? list : [list];
  return given
    .filter((each) => !isAbsent(each))
    .map((each) => (items.type === "string" ? asText(each, items) : each));
}

function asText(value: unknown, { enum: words }: PropertySchema): unknown {
  const [only, ...more] = Array.isArray(value) ? value : [value];
  if (more.length > 0) return value;
  const text = typeof only === "number" || typeof only === "boolean" ? String(only) : only;
  if (typeof text !== "string" || words?.includes(text) !== false) return text;
  return words.find((word) => word === text.trim().toLowerCase()) ?? text;
}

const asNumber = (value: unknown): unknown =>
  typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value.trim()) ? Number(value) : value;

function clamped(name: string, value: unknown, schema: PropertySchema, notes: string[]): unknown {
  if (typeof value !== "number") return value;
  const whole = schema.type === "integer" ? Math.floor(value) : value;
  const within = Math.max(schema.minimum ?? whole, Math.min(schema.maximum ?? whole, whole));
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

const isAbsent = (value: unknown) => value === null || value === undefined || value === "";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
