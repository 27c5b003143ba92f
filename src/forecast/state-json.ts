import { err, ok, type Result } from "../result.ts";
import { CLOCK_FEATURES, LSTM_GATES, LSTM_LAGS } from "./lstm.ts";
import type { ModelState } from "./model.ts";

/** Version of the text; another one is refused. */
const STATE_VERSION = 1;

/** A fitted model as JSON text. What is not known (`NaN`) stands as `null`; every other number comes back as it was. */
export function stateToJson(state: ModelState): string {
  return JSON.stringify({ forecastModel: STATE_VERSION, state });
}

/** Keys of a state by its kind: others are refused. */
const KEYS: Readonly<Record<ModelState["kind"], readonly string[]>> = {
  level: ["kind", "gain", "level"],
  seasonal: ["kind", "slotsPerDay", "weekdays"],
  linear: ["kind", "lags", "weights", "innovation", "recursion", "usual"],
  lstm: ["kind", "slotsPerDay", "centre", "scale", "lags", "weights"],
};

/** The model of a text that `stateToJson` wrote, or what is wrong with it. */
export function stateFromJson(text: string): Result<ModelState, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err("found no JSON, allowed: a forecast model as stateToJson writes it");
  }
  if (!isRecord(value) || value["forecastModel"] !== STATE_VERSION) {
    return err(`found another version, allowed: a forecast model of version ${STATE_VERSION}`);
  }
  const { state } = value;
  const fault = faultOf(state);
  // Checked above: kind, keys, sizes and numbers.
  return fault === undefined ? ok(withNaN(state) as ModelState) : err(fault);
}

/** What is wrong with a state; `undefined` for nothing. */
function faultOf(state: unknown): string | undefined {
  if (!isRecord(state)) return "found no state, allowed: an object";
  const { kind } = state;
  if (kind !== "level" && kind !== "seasonal" && kind !== "linear" && kind !== "lstm") {
    return `found kind ${JSON.stringify(kind)}, allowed: ${Object.keys(KEYS).join(", ")}`;
  }
  const keys = Object.keys(state);
  if (keys.length !== KEYS[kind].length || !KEYS[kind].every((key) => keys.includes(key))) {
    return `found ${keys.join(", ")}, allowed: ${KEYS[kind].join(", ")}`;
  }
  if (kind === "level") {
    const whole = isNumber(state["gain"]) && (state["level"] === null || isNumber(state["level"]));
    return whole
      ? undefined
      : "found a level that is no number, allowed: a number, or null before the first count";
  }
  if (kind === "seasonal") {
    const slots = state["slotsPerDay"];
    return isDays(state["weekdays"], 7, slots) ? undefined : "allowed: counts of 7 weekdays, one a slot";
  }
  return kind === "linear" ? linearFault(state) : lstmFault(state);
}

function lstmFault({ slotsPerDay, centre, scale, lags, weights }: Readonly<Record<string, unknown>>) {
  if (![slotsPerDay, centre, scale].every(isNumber) || !isNumbersOf(lags, LSTM_LAGS)) {
    return `allowed: slotsPerDay, centre and scale, all numbers, and ${LSTM_LAGS} lags`;
  }
  const allowed =
    "allowed: weights of a network: units, four gates, output and outputBias, of matching sizes";
  if (!isRecord(weights) || !isRecord(weights["gates"])) return allowed;
  const { units, gates, output, outputBias } = weights;
  const sized = typeof units === "number" && isNumbersOf(output, units) && isNumber(outputBias);
  const whole =
    sized &&
    LSTM_GATES.every((name) => {
      const gate = gates[name];
      return (
        isRecord(gate) &&
        isNumbersOf(gate["count"], units) &&
        isNumbersOf(gate["clock"], CLOCK_FEATURES * units) &&
        isNumbersOf(gate["hidden"], units * units) &&
        isNumbersOf(gate["bias"], units)
      );
    });
  return whole ? undefined : allowed;
}

function isNumbersOf(value: unknown, length: number): boolean {
  return isNumbers(value) && value.length === length;
}

function linearFault({ lags, weights, innovation, recursion, usual }: Readonly<Record<string, unknown>>) {
  if (
    !isNumbers(lags) ||
    !isNumbers(weights) ||
    weights.length !== lags.length + 1 ||
    !isNumber(innovation)
  ) {
    return "allowed: lags, and weights one more than lags, all numbers";
  }
  if (recursion !== null) {
    const size = weights.length * weights.length;
    const inverse = isRecord(recursion) ? recursion["inverse"] : undefined;
    const whole = isRecord(recursion) && isNumber(recursion["forgetting"]) && isNumber(recursion["traceMax"]);
    if (!whole || !isNumbers(inverse) || inverse.length !== size) {
      return `allowed: a recursion with forgetting, traceMax and an inverse of ${size} numbers, or null`;
    }
  }
  return usual === null || isUsual(usual) ? undefined : "allowed: a usual day with its profile, or null";
}

function isUsual(usual: unknown): boolean {
  if (!isRecord(usual) || !isRecord(usual["profile"])) return false;
  const { profile, learns, day, today, seen, seenFrom } = usual;
  const { settings, slotsPerDay, dayNumber, types, weekdays } = profile;
  const settled =
    isRecord(settings) &&
    ["decay", "weekdayFactor", "smoothingSlots"].every((key) => isNumber(settings[key]));
  const sums = (list: unknown, length: number): boolean =>
    Array.isArray(list) &&
    list.length === length &&
    list.every((one) => one === null || isSums(one, slotsPerDay));
  return (
    settled &&
    isNumber(slotsPerDay) &&
    isNumber(dayNumber) &&
    typeof learns === "boolean" &&
    (day === null || isNumber(day)) &&
    sums(types, 3) &&
    sums(weekdays, 7) &&
    isPartOfDay(today, day, slotsPerDay) &&
    isPartOfDay(seen, day, slotsPerDay) &&
    isNumber(seenFrom)
  );
}

/** Counts of a day under way: not more than its slots. */
function isPartOfDay(value: unknown, day: unknown, slots: unknown): boolean {
  const most = day === null ? 0 : slots;
  return (
    Array.isArray(value) && typeof most === "number" && value.length <= most && isCounts(value, value.length)
  );
}

function isSums(sums: unknown, slots: unknown): boolean {
  if (!isRecord(sums)) return false;
  const { dayNumber, weighted, weights } = sums;
  return isNumber(dayNumber) && [weighted, weights].every((list) => isNumbers(list) && list.length === slots);
}

function isDays(value: unknown, days: number, slots: unknown): boolean {
  return Array.isArray(value) && value.length === days && value.every((counts) => isCounts(counts, slots));
}

/** Numbers, or `null` for what is not known. */
function isCounts(value: unknown, length: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length === length &&
    value.every((count) => count === null || isNumber(count))
  );
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isNumber);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Lists of counts with `NaN` for `null` again; lists of sums keep their `null`, which says that there are none. */
function withNaN(value: unknown): unknown {
  if (Array.isArray(value)) {
    const counts = value.some(isNumber) || value.every((one) => one === null);
    const inner = value.some(isRecord);
    return value.map((one: unknown) => (one === null && counts && !inner ? Number.NaN : withNaN(one)));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      SUM_LISTS.has(key) && isAllNull(one) ? one : withNaN(one),
    ]),
  );
}

const SUM_LISTS: ReadonlySet<string> = new Set(["types", "weekdays"]);

function isAllNull(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => one === null);
}
