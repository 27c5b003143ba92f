import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SINGLE } from "../../intersections/design/single.ts";
import { designNetwork } from "../../intersections/design/network.ts";
import { describeFault } from "../../src/model/fault.ts";
import type { Network } from "../../src/model/files.ts";
import { filesOfNetwork, type ParsedFile, validateNetwork } from "../../src/model/validate.ts";
import { type Change, changed } from "./change.ts";
import { fullNetwork } from "./full-network.ts";
import { smallNetwork } from "./small-network.ts";

type Place = { readonly file: string; readonly pointer: string; readonly value: unknown };

/** A way to break any place that it applies to, so that a fault must stand at or below the pointer it returns. */
type Mutation = {
  readonly name: string;
  readonly applies: (place: Place) => boolean;
  readonly change: (place: Place) => Change;
  /** Where the fault is due; at the changed place unless told. */
  readonly due?: (place: Place) => string;
};

const isObject = (value: unknown): value is object =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Names of something that stands elsewhere; ids themselves may be changed freely. */
const REFERENCE = new RegExp(
  [
    "^/links/\\d+/(from|to)$",
    "^/nodes/\\d+/intersection$",
    "^/routes/\\d+/links/\\d+$",
    "^/node$",
    "^/movements/\\d+/(fromLink|toLink|phase|fromLanes/\\d+)$",
    "^/phases/\\d+/pedestrian/crosses$",
    "^/rings/\\d+/\\d+/\\d+$",
    "^/stages/\\d+/phases/\\d+$",
    "^/conflicts/\\d+/\\d+$",
    "^/detectors/\\d+/(link|lane|serves/\\d+)$",
    "^/plans/\\d+/stages/\\d+/stage$",
    "^/schedule/\\d+/plan$",
    "^/intergreens/\\d+/[01]$",
    "^/overlaps/\\d+/((included|minus)/\\d+|left|opposing)$",
    "^/preempts/\\d+/((track|dwell|exit)/phases|links)/\\d+$",
    "^/priorities/\\d+/(phases|links)/\\d+$",
    "^/startUp/(phases|flashYellow)/\\d+$",
    "^/entries/\\d+/link$",
    "^/turning/\\d+/(fromLink|shares/\\d+/toLink)$",
    "^/pedestrians/\\d+/(intersection|phase)$",
  ].join("|"),
);

const OPTIONAL = new RegExp(
  [
    "/(name|\\$schema|intersection|pedestrian|rings)$",
    "^/(intergreens|overlaps|preempts|priorities|startUp|coordination|redRest)$",
    "^/phases/\\d+/(greenMax2Seconds|passageSeconds|gapReduction|redRevertSeconds|recall)$",
    "^/phases/\\d+/(dualEntry|simultaneousGap|conditionalService|permissiveDisplay)$",
    "^/phases/\\d+/pedestrian/(recall|restInWalk|leadSeconds)$",
    "^/preempts/\\d+/links$",
    "^/envelope/commandValidMaxSeconds$",
  ].join("|"),
);

const MUTATIONS: readonly Mutation[] = [
  {
    name: "an object in the place of a plain value",
    applies: ({ value }) => value === null || typeof value !== "object",
    change: (place) => ({ ...place, value: {} }),
  },
  {
    name: "a text in the place of an object or array",
    applies: ({ value, pointer }) => pointer !== "" && typeof value === "object",
    change: (place) => ({ ...place, value: "text" }),
  },
  {
    name: "an unknown property",
    applies: ({ value }) => isObject(value),
    change: (place) => ({ ...place, pointer: `${place.pointer}/unknown`, value: 1 }),
  },
  {
    name: "a required property less",
    applies: ({ pointer }) => /\/[A-Za-z]+$/.test(pointer) && !OPTIONAL.test(pointer),
    change: (place) => ({ ...place, value: undefined }),
    due: ({ pointer }) => pointer.slice(0, pointer.lastIndexOf("/")),
  },
  {
    name: "a name of nothing",
    applies: ({ pointer }) => REFERENCE.test(pointer),
    change: (place) => ({ ...place, value: "nowhere" }),
  },
  {
    name: "a negative number",
    applies: ({ pointer, value }) => typeof value === "number" && !/\/(x|y)$|\/shape\//.test(pointer),
    change: (place) => ({ ...place, value: -1 }),
  },
  {
    name: "an item twice",
    applies: ({ value }) => Array.isArray(value) && isObject(value[0]) && Object.hasOwn(value[0], "id"),
    change: (place) => {
      const items = place.value as readonly unknown[];
      return { ...place, pointer: `${place.pointer}/${items.length}`, value: items[0] };
    },
  },
];

function placesOf(file: string, value: unknown, pointer = ""): readonly Place[] {
  const own = { file, pointer, value };
  if (value === null || typeof value !== "object") return [own];
  return [own, ...Object.entries(value).flatMap(([key, item]) => placesOf(file, item, `${pointer}/${key}`))];
}

function networkPlaces(network: Network): readonly Place[] {
  const files = filesOfNetwork(network);
  const all: readonly ParsedFile[] = [
    files.network,
    ...files.intersections,
    ...(files.demand ? [files.demand] : []),
  ];
  return all.flatMap(({ file, content }) => placesOf(file, content.ok ? content.value : undefined));
}

const { network, demand, intersections } = designNetwork(SINGLE);
const NETWORKS: readonly Network[] = [smallNetwork(), fullNetwork(), { ...network, intersections, demand }];

describe.each(MUTATIONS)("a valid network with $name", (mutation) => {
  const places = NETWORKS.map((candidate) =>
    networkPlaces(candidate).filter((place) => mutation.applies(place)),
  );

  it("has a fault at or below that place", () => {
    expect(places.every((list) => list.length > 0)).toBe(true);
    fc.assert(
      fc.property(fc.nat(NETWORKS.length - 1), fc.nat(), (which, pick) => {
        const list = places[which] ?? [];
        const place = list[pick % list.length];
        const valid = NETWORKS[which];
        if (!place || !valid) throw new Error("a place to break");
        const checked = validateNetwork(changed(filesOfNetwork(valid), [mutation.change(place)]));
        const due = mutation.due?.(place) ?? place.pointer;
        const faults = checked.ok ? [] : checked.error;
        expect(
          faults.some(
            ({ file, pointer }) => file === place.file && (pointer === due || pointer.startsWith(`${due}/`)),
          ),
          `${place.file}#${place.pointer}; faults: ${faults.map(describeFault).join("\n")}`,
        ).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
