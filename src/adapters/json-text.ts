const LINE_WIDTH = 110;

/** JSON as people like to read it: a value that fits on its line stays there. Ends with a line feed. */
export function jsonText(value: unknown): string {
  return `${format(value, "", 0)}\n`;
}

function format(value: unknown, indent: string, prefixLength: number): string {
  const flat = inline(value);
  if (
    value === null ||
    typeof value !== "object" ||
    indent.length + prefixLength + flat.length < LINE_WIDTH
  ) {
    // The whole document always opens up.
    if (indent !== "" || value === null || typeof value !== "object") return flat;
  }
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    const items = value.map((item: unknown) => `${inner}${format(item, inner, 0)}`);
    return `[\n${items.join(",\n")}\n${indent}]`;
  }
  const entries = definedEntries(value).map(([key, item]) => {
    const prefix = `${JSON.stringify(key)}: `;
    return `${inner}${prefix}${format(item, inner, prefix.length)}`;
  });
  return entries.length === 0 ? "{}" : `{\n${entries.join(",\n")}\n${indent}}`;
}

function inline(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map((item: unknown) => inline(item)).join(", ")}]`;
  const entries = definedEntries(value).map(([key, item]) => `${JSON.stringify(key)}: ${inline(item)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function definedEntries(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, item]) => item !== undefined);
}
