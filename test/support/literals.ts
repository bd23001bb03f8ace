/**
 * The string and template literals of a TypeScript source, those that are joined by + as one; templates have `{}` for each
 * value. Enough for how this repository is formatted, and no parser.
 */
export function literalsIn(code: string): string[] {
  const found: string[] = [];
  let at = 0;
  const unescaped = (): string => {
    at += 1;
    return code[at] === "n" ? "\n" : (code[at] ?? "");
  };
  function readString(quote: string): string {
    let text = "";
    for (at += 1; at < code.length && code[at] !== quote; at++)
      text += code[at] === "\\" ? unescaped() : code[at];
    return text;
  }
  function readTemplate(): string {
    let text = "";
    for (at += 1; at < code.length && code[at] !== "`"; at++) {
      if (code.startsWith("${", at)) {
        at += 2;
        readUntil("}");
        text += "{}";
      } else text += code[at] === "\\" ? unescaped() : code[at];
    }
    return text;
  }
  /** Of a regular expression only that it holds quotes matters: it follows what no value is followed by. */
  const isRegExp = () => /(?:[(,=:[!&|?{};]|=>|return)\s*$/.test(code.slice(Math.max(0, at - 20), at));
  function skipRegExp(): void {
    let isClass = false;
    for (at += 1; at < code.length && (isClass || code[at] !== "/"); at++) {
      if (code[at] === "\\") at += 1;
      else if (code[at] === "[") isClass = true;
      else if (code[at] === "]") isClass = false;
    }
  }
  function readUntil(end?: string): void {
    let depth = 0;
    let isJoined = false;
    for (; at < code.length; at++) {
      const sign = code[at] ?? "";
      if (code.startsWith("//", at)) at = Math.max(at, code.indexOf("\n", at) - 1);
      else if (code.startsWith("/*", at)) at = code.indexOf("*/", at) + 1;
      else if (sign === "`" || sign === '"' || sign === "'") {
        const text = sign === "`" ? readTemplate() : readString(sign);
        found.push(isJoined ? `${found.pop() ?? ""}${text}` : text);
        isJoined = /^\s*\+\s*["'`]/.test(code.slice(at + 1, at + 80));
      } else if (sign === "/" && isRegExp()) skipRegExp();
      else if (sign === "{") depth += 1;
      else if (sign === "}") {
        if (end && depth === 0) return;
        depth -= 1;
      }
    }
  }
  readUntil();
  return found;
}
