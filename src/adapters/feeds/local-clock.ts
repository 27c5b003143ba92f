import { PhasewiseError } from "../../errors.ts";
import { DAY_MS, type InstantMs, instantMs, MINUTE_MS } from "../../units.ts";

/** Clocks change at multiples of this, and then by multiples of it. */
const SLOT_MS = 15 * MINUTE_MS;
/** Slots that are remembered: more than a log has in a month. */
const SLOTS_MAX = 4_096;

/** A time zone's offset from UTC. */
export type LocalClock = {
  readonly timeZone: string;
  /**
   * The instants that a local time can mean, in order: two in the hour that comes twice in autumn. In the hour that is left out in
   * spring it is taken as if the clock had not been put forward, and `exists` is false.
   */
  readonly instantsOf: (localMs: number) => {
    readonly first: InstantMs;
    readonly second: InstantMs | undefined;
    readonly exists: boolean;
  };
  readonly localMsOf: (at: InstantMs) => number;
};

/** A clock of an IANA zone. Throws OPTION_INVALID where there is no such zone. */
export function createLocalClock(timeZone: string): LocalClock {
  const offsetMs = offsetOf(timeZone);
  const offsetAt = remembered((at) => offsetMs(at));
  const localOffsets = remembered(
    (localMs): readonly [usual: number, second: number | undefined, exists: boolean] => {
      const [before, behind] = [offsetAt(localMs - DAY_MS), offsetAt(localMs + DAY_MS)];
      if (before === behind) return [before, undefined, true];
      const valid = [before, behind].filter((offset) => offsetAt(localMs - offset) === offset);
      const [usual = before, second] = valid;
      return [usual, second, valid.length > 0];
    },
  );
  return {
    timeZone,
    instantsOf: (localMs) => {
      const [usual, second, exists] = localOffsets(localMs);
      return {
        first: instantMs(localMs - usual),
        second: second === undefined ? undefined : instantMs(localMs - second),
        exists,
      };
    },
    localMsOf: (at) => at + offsetAt(at),
  };
}

/** The zone's offset at an instant, in milliseconds east of UTC. */
function offsetOf(timeZone: string): (at: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  } catch (cause) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--time-zone ${JSON.stringify(timeZone)}: allowed is a name of the IANA list, such as America/Denver, or UTC`,
      { cause },
    );
  }
  return (at) => {
    const name = format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value;
    const [, sign, hours, minutes] = /^GMT([+-])(\d\d):(\d\d)$/.exec(name ?? "") ?? [];
    return (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE_MS * (sign === "-" ? -1 : 1);
  };
}

/** The same value within a slot, worked out once; the whole memory is emptied when it is full. */
function remembered<Value>(valueOf: (slotBegin: number) => Value): (at: number) => Value {
  const known = new Map<number, Value>();
  let lastSlot = Number.NaN;
  let lastValue: Value | undefined;
  return (at) => {
    const slot = Math.floor(at / SLOT_MS);
    if (slot === lastSlot && lastValue !== undefined) return lastValue;
    const found = known.get(slot) ?? valueOf(slot * SLOT_MS);
    if (known.size >= SLOTS_MAX) known.clear();
    known.set(slot, found);
    lastSlot = slot;
    lastValue = found;
    return found;
  };
}
