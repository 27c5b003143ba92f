import { after, type InstantMs } from "../../../src/units.ts";
import type { Delivery, TimedHostile } from "./stream.ts";
import type { Random } from "../random.ts";

/** The link between engine and controller: loses, delays, repeats and overtakes frames, and lets old ones come again. */
export type HostileLink = {
  /** When the frame arrives: never, once or more often; frames with different delays overtake one another. */
  readonly sent: (at: InstantMs, delivery: Delivery) => readonly TimedHostile[];
  /** Something goes wrong with the link from `at` on. */
  readonly disturbed: (at: InstantMs) => readonly TimedHostile[];
};

/** Frames that somebody recorded and may send again. */
const RECORDED_MAX = 64;

type Quality = {
  readonly until: number;
  readonly loss: number;
  readonly delayMaxMs: number;
  readonly repeat: number;
};

const GOOD: Quality = { until: Number.NEGATIVE_INFINITY, loss: 0, delayMaxMs: 0, repeat: 0 };

export function createHostileLink(random: Random): HostileLink {
  const recorded: Delivery[] = [];
  let quality = GOOD;
  let silentUntil = Number.NEGATIVE_INFINITY;

  const arrivalAt = (at: InstantMs, now: Quality): InstantMs =>
    after(at, random.integer(0, now.delayMaxMs / 100) * 100);

  const sent = (at: InstantMs, delivery: Delivery): readonly TimedHostile[] => {
    if (at < silentUntil) return [];
    if (delivery.kind !== "heartbeat") {
      recorded.push(delivery);
      if (recorded.length > RECORDED_MAX) recorded.shift();
    }
    const now = at < quality.until ? quality : GOOD;
    if (now.loss > 0 && random.chance(now.loss)) return [];
    const first = now.delayMaxMs > 0 ? arrivalAt(at, now) : at;
    const once: TimedHostile = {
      at: first,
      hostile: first === at ? delivery : { ...delivery, arrival: "late" },
    };
    if (now.repeat === 0 || !random.chance(now.repeat)) return [once];
    return [once, { at: arrivalAt(first, now), hostile: { ...delivery, arrival: "again" } }];
  };

  const disturbed = (at: InstantMs): readonly TimedHostile[] => {
    const lasts = random.integer(5, 600) * 100;
    const what = random.weighted([
      [4, "quality"],
      [2, "down"],
      [2, "silence"],
      [4, "replay"],
    ]);
    if (what === "down") {
      return [
        { at, hostile: { kind: "link", up: false } },
        { at: after(at, lasts), hostile: { kind: "link", up: true } },
      ];
    }
    if (what === "replay") {
      const old = recorded.length > 0 ? random.pick(recorded) : undefined;
      return old === undefined ? [] : [{ at, hostile: { ...old, arrival: "replayed" } }];
    }
    if (what === "silence") silentUntil = at + lasts;
    else {
      quality = {
        until: at + lasts,
        loss: random.pick([0, 0.1, 0.5, 0.9]),
        delayMaxMs: random.pick([0, 500, 5_000, 90_000]),
        repeat: random.pick([0, 0.2, 0.8]),
      };
    }
    return [];
  };

  return { sent, disturbed };
}
