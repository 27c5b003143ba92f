/** As much of an OpenAPI 3.1 document as the page reads. */
export type OpenApi = {
  readonly info: { readonly title: string; readonly description?: string };
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
};

type OpenApiOperation = {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses?: Readonly<
    Record<
      string,
      {
        readonly description?: string;
        readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
      }
    >
  >;
  readonly "x-who-may"?: string;
};

/** A JSON Schema, of which the page shows the outline. */
export type Schema = {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema | readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
};

export type Group = {
  readonly name: string;
  readonly about: string;
  readonly operations: readonly Operation[];
};

export type Operation = {
  /** Unique, and the same in every version: for links to it. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly about: string;
  readonly whoMay: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | null;
  readonly answers: readonly Answer[];
  /** A request of it for a shell. */
  readonly example: string;
};

export type Parameter = {
  readonly name: string;
  readonly where: string;
  readonly required: boolean;
  readonly allowed: string;
};

export type Answer = {
  readonly status: string;
  readonly about: string;
  readonly content: readonly { readonly type: string; readonly schema: Schema }[];
};

/** The operations by their first tag, in the document's order of tags; `origin` is the server's, for the examples. */
export function groupsOf({ tags = [], paths }: OpenApi, origin: string): readonly Group[] {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, own]) => ({
      tag: own.tags?.[0] ?? "",
      operation: operationOf(method.toUpperCase(), path, own, origin),
    })),
  );
  const told = new Map(tags.map(({ name, description = "" }) => [name, description]));
  const names = [...new Set([...told.keys(), ...all.map(({ tag }) => tag)])];
  return names
    .map((name) => ({
      name,
      about: told.get(name) ?? "",
      operations: all.filter(({ tag }) => tag === name).map(({ operation }) => operation),
    }))
    .filter(({ operations }) => operations.length > 0);
}

function operationOf(method: string, path: string, own: OpenApiOperation, origin: string): Operation {
  const { summary = "", description = "", parameters = [], requestBody, responses = {} } = own;
  const body = requestBody?.content?.["application/json"]?.schema ?? null;
  const id = `${method} ${path}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/-$/, "");
  return {
    id,
    method,
    path,
    summary,
    about: description,
    whoMay: own["x-who-may"] ?? "",
    parameters: parameters.map(({ name, in: where, required = false, schema = {} }) => ({
      name,
      where,
      required,
      allowed: allowedText(schema),
    })),
    body,
    answers: Object.entries(responses).map(([status, { description: about = "", content = {} }]) => ({
      status,
      about,
      content: Object.entries(content).map(([type, { schema = {} }]) => ({ type, schema })),
    })),
    example: "101" in responses ? socketExample(path, own, origin) : curlExample(method, path, own, origin),
  };
}

function queryOf({ parameters = [] }: OpenApiOperation): string {
  const needed = parameters.filter((one) => one.in === "query" && one.required === true);
  return needed.length === 0
    ? ""
    : `?${needed.map(({ name, schema = {} }) => `${name}=${sample(schema)}`).join("&")}`;
}

function filled(path: string, own: OpenApiOperation): string {
  return `${path.replaceAll(/\{([^}]*)\}/g, "<$1>")}${queryOf(own)}`;
}

function socketExample(path: string, own: OpenApiOperation, origin: string): string {
  return `npx wscat -c '${origin.replace(/^http/, "ws")}${filled(path, own)}'`;
}

function curlExample(method: string, path: string, own: OpenApiOperation, origin: string): string {
  const schema = own.requestBody?.content?.["application/json"]?.schema;
  const body =
    schema === undefined
      ? ""
      : ` -H 'content-type: application/json' -d '${JSON.stringify(sampleOf(schema))}'`;
  return `curl ${method === "GET" ? "" : `-X ${method} `}'${origin}${filled(path, own)}'${body}`;
}

/** A value that a schema might take, for an example. */
function sampleOf(schema: Schema): unknown {
  const { type, properties, required = [], items } = schema;
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [first] = schema.anyOf ?? [];
  if (first !== undefined) return sampleOf(first);
  if (properties !== undefined) {
    return Object.fromEntries(required.map((name) => [name, sampleOf(properties[name] ?? {})]));
  }
  if (type === "array") return Array.isArray(items) || items === undefined ? [] : [sampleOf(items as Schema)];
  if (type === "integer" || type === "number") return schema.minimum ?? 0;
  if (type === "boolean") return true;
  return type === "object" ? {} : "…";
}

function sample(schema: Schema): string {
  const value = sampleOf(schema);
  return value === "…" ? "<text>" : String(value);
}

/** What a schema allows, in a few words. */
export function allowedText(schema: Schema): string {
  const { type, minimum, maximum, maxLength, pattern } = schema;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(", ");
  if (schema.anyOf !== undefined) return schema.anyOf.map(allowedText).join(" or ");
  const bounds = [
    ...(minimum === undefined ? [] : [`from ${minimum.toLocaleString("en-GB")}`]),
    ...(maximum === undefined ? [] : [`to ${maximum.toLocaleString("en-GB")}`]),
    ...(maxLength === undefined ? [] : [`at most ${maxLength} characters`]),
    ...(pattern === undefined ? [] : [`as ${pattern}`]),
    ...(schema.default === undefined ? [] : [`default ${JSON.stringify(schema.default)}`]),
  ];
  return [type ?? "anything", ...bounds].join(" ");
}

export type SchemaLine = {
  readonly depth: number;
  readonly name: string;
  readonly required: boolean;
  readonly allowed: string;
  readonly about: string;
};

/** Deeper parts of a schema are told by their title alone. */
const DEPTH_MAX = 5;

/** The properties of a schema, one a line, those of inner objects behind their own. */
export function schemaLines(schema: Schema, depth = 0): readonly SchemaLine[] {
  const [inner] = innerOf(schema);
  if (inner.properties === undefined || depth > DEPTH_MAX) return [];
  const required = new Set(inner.required ?? []);
  return Object.entries(inner.properties).flatMap(([name, own]) => {
    const [deeper, marks] = innerOf(own);
    const allowed =
      deeper.properties === undefined ? allowedText(own) : `${deeper.title ?? "object"}${marks}`;
    const line = { depth, name, required: required.has(name), allowed, about: own.description ?? "" };
    return [line, ...schemaLines(own, depth + 1)];
  });
}

/** The object within arrays and alternatives with null, and how it is wrapped. */
function innerOf(schema: Schema): readonly [Schema, string] {
  if (schema.type === "array" && schema.items !== undefined && !Array.isArray(schema.items)) {
    const [inner, marks] = innerOf(schema.items as Schema);
    return [inner, `[]${marks}`];
  }
  const choices = schema.anyOf?.filter(({ type }) => type !== "null") ?? [];
  const [only] = choices;
  if (only !== undefined && choices.length === 1) {
    const [inner, marks] = innerOf(only);
    return [inner, `${marks} or null`];
  }
  return [schema, ""];
}
