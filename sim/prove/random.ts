import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { defined } from "../../src/assert.ts";

/** Draws from one stream of numbers; the same seed and stream give the same draws. */
export type Random = {
  /** A whole number from `least` to `most`, both included. */
  readonly integer: (least: number, most: number) => number;
  /** True with this probability, in steps of one in a million. */
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(items: readonly T[]) => T;
  /** One of the values, each as often as its weight says. */
  readonly weighted: <T>(choices: readonly (readonly [number, T])[]) => T;
  /** Seconds in tenths, both bounds included. */
  readonly seconds: (least: number, most: number) => number;
  readonly shuffled: <T>(items: readonly T[]) => T[];
};

const CHANCE_STEPS = 1_000_000;

/**
 * A stream of its own for every name: what one part of a generated case draws changes nothing in the others.
 *
 * @param seed any integer
 */
export function createRandom(seed: number, stream: string): Random {
  const generator = xoroshiro128plus((seed ^ nameHash(stream)) | 0);
  // Neighbouring seeds start alike.
  for (let k = 0; k < 8; k += 1) generator.next();
  const integer = (least: number, most: number): number => uniformInt(generator, least, most);
  return {
    integer,
    chance: (probability) => integer(1, CHANCE_STEPS) <= probability * CHANCE_STEPS,
    pick: (items) => defined(items[integer(0, items.length - 1)], "one of at least one item"),
    weighted: (choices) => {
      const total = choices.reduce((sum, [weight]) => sum + weight, 0);
      let left = integer(1, total);
      for (const [weight, value] of choices) {
        left -= weight;
        if (left <= 0) return value;
      }
      return defined(choices.at(-1), "one of at least one choice")[1];
    },
    seconds: (least, most) => integer(Math.ceil(least * 10 - 1e-9), Math.floor(most * 10 + 1e-9)) / 10,
    shuffled: (items) => {
      const left = [...items];
      return items.map(() => defined(left.splice(integer(0, left.length - 1), 1)[0], "an item that is left"));
    },
  };
}

/** FNV-1a. */
function nameHash(name: string): number {
  let hash = 0x811c9dc5;
  for (let k = 0; k < name.length; k += 1) hash = Math.imul(hash ^ name.charCodeAt(k), 0x01000193);
  return hash;
}

/** A sum or difference of tenths of a second without the last bit of a binary fraction. */
export function toTenth(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
