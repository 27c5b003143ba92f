import type { FastifyRequest, FastifySchemaValidationError } from "fastify";

/** Why a window of instants (ms) cannot be answered; `undefined` where it can. */
export function windowFault(
  { from, to }: { readonly from: number; readonly to: number },
  longestMs: number,
): string | undefined {
  if (to <= from) return `to ${to}: allowed is an instant behind from ${from}`;
  return to - from > longestMs
    ? `to ${to}: allowed is at most ${longestMs} ms behind from ${from}`
    : undefined;
}

/** The same of a route whose parameters are a window, whatever is wrong with them. */
export function windowQueryFault(
  request: Asking & { readonly query: { readonly from: number; readonly to: number } },
  longestMs: number,
): string | undefined {
  const fault = parameterFault(request);
  if (fault === undefined) return windowFault(request.query, longestMs);
  return `${fault}; allowed: from and to, whole milliseconds since the Unix epoch`;
}

/** That there is no such intersection, and which there are. */
export function noneOf(
  { intersection }: { readonly intersection: string },
  known: readonly { readonly id: string }[],
): string {
  return `no intersection ${intersection}; there are ${known.map(({ id }) => id).join(", ")}`;
}

/** A request on a route that looks at what its schema refused (`attachValidation`). */
type Asking = Pick<FastifyRequest, "validationError" | "query" | "params">;

/** What of address and parameters does not fit a route's schema: name, value found, what is allowed; `undefined` where all does. */
export function parameterFault(request: Asking): string | undefined {
  const { validationError } = request;
  if (validationError === undefined) return undefined;
  const given = validationError.validationContext === "params" ? request.params : request.query;
  // Its type leaves open what it lists, which is what fastify says elsewhere.
  const faults: readonly FastifySchemaValidationError[] = validationError.validation;
  return faults
    .map(({ instancePath, message = "does not fit", params }) => {
      if (instancePath === "") return namedIn(message, params);
      // Parameters are flat: the pointer is a name.
      const name = instancePath.slice(1);
      return `${name}: found ${foundText(given, name)}, which ${choicesIn(message, params)}`;
    })
    .join("; ");
}

const FOUND_LENGTH_MAX = 80;

function foundText(given: unknown, name: string): string {
  const values = new Map<string, unknown>(Object.entries(given ?? {}));
  const text = JSON.stringify(values.get(name)) ?? "nothing";
  return text.length <= FOUND_LENGTH_MAX ? text : `${text.slice(0, FOUND_LENGTH_MAX)}…`;
}

/** The validator names the choices and the property apart from its words. */
function choicesIn(message: string, { allowedValues }: Readonly<Record<string, unknown>>): string {
  return Array.isArray(allowedValues) ? `${message}: ${allowedValues.join(", ")}` : message;
}

function namedIn(message: string, { additionalProperty }: Readonly<Record<string, unknown>>): string {
  return typeof additionalProperty === "string" ? `${additionalProperty}: no such parameter` : message;
}
