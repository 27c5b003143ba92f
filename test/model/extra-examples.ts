import { fullNetwork } from "./full-network.ts";

/** One edit of the crossing that has everything, and the only fault it makes, as it is told. */
type Example = readonly [what: string, pointer: string, value: unknown, told: string];

const PHASES = "a phase: 1, 2, 3, 4, 5, 6, 7, 8, 9";

const NAMES: readonly Example[] = [
  [
    "two overlaps with one id",
    "/overlaps/2/id",
    "A",
    '/overlaps/2/id: found "A", allowed: an id that no other overlap has; /overlaps/0/id has it [M1]',
  ],
  [
    "two preempts with one id",
    "/preempts/1/id",
    "fire",
    '/preempts/1/id: found "fire", allowed: an id that no other preempt has; /preempts/0/id has it [M1]',
  ],
  [
    "two priorities with one id",
    "/priorities/1",
    fullNetwork().intersections[0]?.priorities?.[0],
    '/priorities/1/id: found "bus", allowed: an id that no other priority has; /priorities/0/id has it [M1]',
  ],
  [
    "a plan with the name of free operation",
    "/plans/1",
    { ...fullNetwork().intersections[0]?.plans[0], id: "free" },
    '/plans/1/id: found "free", allowed: another id: it says free operation in a schedule [M1]',
  ],
  [
    "an included phase that is none",
    "/overlaps/0/included/1",
    "10",
    `/overlaps/0/included/1: found "10", allowed: ${PHASES} [M2]`,
  ],
  [
    "a minus phase that is none",
    "/overlaps/0/minus/0",
    "10",
    `/overlaps/0/minus/0: found "10", allowed: ${PHASES} [M2]`,
  ],
  ["an arrow of no phase", "/overlaps/1/left", "10", `/overlaps/1/left: found "10", allowed: ${PHASES} [M2]`],
  [
    "an arrow that nothing drives",
    "/overlaps/1/opposing",
    "10",
    `/overlaps/1/opposing: found "10", allowed: ${PHASES} [M2]`,
  ],
  [
    "an intergreen of no phase",
    "/intergreens/0/1",
    "10",
    `/intergreens/0/1: found "10", allowed: ${PHASES} [M2]`,
  ],
  [
    "track clearance by no phase",
    "/preempts/1/track/phases/0",
    "10",
    `/preempts/1/track/phases/0: found "10", allowed: ${PHASES} [M2]`,
  ],
  [
    "a dwell in no phase",
    "/preempts/0/dwell/phases/0",
    "10",
    `/preempts/0/dwell/phases/0: found "10", allowed: ${PHASES} [M2]`,
  ],
  [
    "an exit to no phase",
    "/preempts/0/exit/phases/1",
    "10",
    `/preempts/0/exit/phases/1: found "10", allowed: ${PHASES} [M2]`,
  ],
  [
    "priority for no phase",
    "/priorities/0/phases/1",
    "10",
    `/priorities/0/phases/1: found "10", allowed: ${PHASES} [M2]`,
  ],
  [
    "a first green of no phase",
    "/startUp/phases/0",
    "10",
    `/startUp/phases/0: found "10", allowed: ${PHASES} [M2]`,
  ],
  [
    "a flash of no phase",
    "/startUp/flashYellow/1",
    "10",
    `/startUp/flashYellow/1: found "10", allowed: ${PHASES} [M2]`,
  ],
];

const OVERLAPS: readonly Example[] = [
  [
    "an included phase twice",
    "/overlaps/0/included",
    ["2", "2"],
    '/overlaps/0/included: found ["2","2"], allowed: each phase once [M20]',
  ],
  [
    "a minus phase that is included",
    "/overlaps/0/minus/0",
    "5",
    '/overlaps/0/minus/0: found "5", allowed: a phase not included: 1, 3, 4, 6, 7, 8, 9 [M20]',
  ],
  [
    "an overlap's yellow below its phases'",
    "/overlaps/0/yellowSeconds",
    3.4,
    "/overlaps/0/yellowSeconds: found 3.4, allowed: at least 3.5 s, the longest yellow of the included phases [M20]",
  ],
  [
    "two arrows of one phase",
    "/overlaps/2",
    { id: "C", kind: "flashingYellowArrow", left: "1", opposing: "2", delaySeconds: 0 },
    '/overlaps/2/left: found "1", allowed: one arrow a phase; B is its arrow [M20]',
  ],
  [
    "an arrow over a through movement",
    "/movements/0/turn",
    "through",
    '/overlaps/1/left: found "1", allowed: a phase whose movements all turn [M20]',
  ],
  [
    "an arrow beside a circular green",
    "/phases/0/permissiveDisplay",
    "circular",
    '/overlaps/1/left: found "1", allowed: a phase whose permissiveDisplay is not circular [M20]',
  ],
  [
    "an arrow of a phase that yields in a stage too",
    "/stages/0/permissive",
    ["1"],
    '/overlaps/1/left: found "1", allowed: a phase that yields in no stage; it does in 1-5 [M20]',
  ],
  [
    "an arrow driven by a phase of the same approach",
    "/overlaps/1/opposing",
    "6",
    '/overlaps/1/opposing: found "6", allowed: a phase that 1 conflicts with: 2, 3, 4, 7, 8, 9 [M20]',
  ],
  [
    "an arrow against more than the opposing phase",
    "/overlaps/1/opposing",
    "3",
    // 3 runs with 7 and 8, and 1 crosses both.
    '/overlaps/1/opposing: found "3", allowed: a phase that runs with no other that 1 conflicts with; it runs with 7 [M20]\n' +
      '/overlaps/1/opposing: found "3", allowed: a phase that runs with no other that 1 conflicts with; it runs with 8 [M20]',
  ],
];

const PREEMPTS: readonly Example[] = [
  [
    "track clearance by conflicting phases",
    "/preempts/1/track/phases",
    ["3", "4"],
    '/preempts/1/track/phases: found ["3","4"], allowed: phases that do not conflict; 3 and 4 do [M21]',
  ],
  [
    "a dwell in conflicting phases",
    "/preempts/0/dwell/phases",
    ["2", "4"],
    '/preempts/0/dwell/phases: found ["2","4"], allowed: phases that do not conflict; 2 and 4 do [M21]',
  ],
  [
    "an exit to two phases of a ring",
    "/preempts/0/exit/phases",
    ["1", "2"],
    '/preempts/0/exit/phases: found ["1","2"], allowed: phases that do not conflict; 1 and 2 do [M21]',
  ],
  [
    "an exit to a phase twice",
    "/preempts/0/exit/phases",
    ["2", "2"],
    '/preempts/0/exit/phases: found ["2","2"], allowed: each phase once [M21]',
  ],
  [
    "a railway without track clearance",
    "/preempts/1/track",
    undefined,
    "/preempts/1/track: found nothing, allowed: phases that clear the tracks, for a railway [M21]",
  ],
  [
    "a railway that is called from an approach",
    "/preempts/1/links",
    ["south_x"],
    '/preempts/1/links: found ["south_x"], allowed: no links with a railway: its track calls [M21]',
  ],
  [
    "vehicles sent over the tracks",
    "/preempts/1/dwell/phases",
    ["8"],
    '/preempts/1/dwell/phases/0: found "8", allowed: a phase that does not clear the tracks: nobody may follow onto them [M21]',
  ],
  [
    "an emergency with track clearance",
    "/preempts/0/track",
    { phases: ["3"], greenSeconds: 5 },
    '/preempts/0/track: found {"phases":["3"],"greenSeconds":5}, allowed: no track clearance but for a railway [M21]',
  ],
  [
    "emergency vehicles from where no dwell green leads",
    "/preempts/0/links/0",
    "north_x",
    '/preempts/0/links/0: found "north_x", allowed: a link that leads to phases 2, 5: west_x [M21]',
  ],
  [
    "an entry green longer than a minimum green",
    "/preempts/0/entry/greenMinSeconds",
    5.1,
    "/preempts/0/entry/greenMinSeconds: found 5.1, allowed: at most 5 s, the least of the phases [M21]",
  ],
  [
    "an entry walk longer than a walk",
    "/preempts/0/entry/walkSeconds",
    7.1,
    "/preempts/0/entry/walkSeconds: found 7.1, allowed: at most 7 s, the least of the phases [M21]",
  ],
  [
    "an entry clearance longer than a clearance",
    "/preempts/1/entry/clearSeconds",
    7.1,
    "/preempts/1/entry/clearSeconds: found 7.1, allowed: at most 7 s, the least of the phases [M21]",
  ],
  [
    "a yellow of its own",
    "/preempts/0/entry/yellowSeconds",
    3,
    "/preempts/0/entry/yellowSeconds: found 3, allowed: no such property [SCHEMA]",
  ],
];

const PRIORITIES: readonly Example[] = [
  [
    "priority for conflicting phases",
    "/priorities/0/phases",
    ["2", "6", "5"],
    '/priorities/0/phases: found ["2","6","5"], allowed: phases that do not conflict; 6 and 5 do [M22]',
  ],
  [
    "priority for phases that no stage has together",
    "/priorities/0",
    { ...fullNetwork().intersections[0]?.priorities?.[0], phases: ["2", "5"], links: ["west_x"] },
    '/priorities/0/phases: found ["2","5"], allowed: phases that one stage has together [M22]',
  ],
  [
    "buses from another approach",
    "/priorities/0/links/1",
    "south_x",
    '/priorities/0/links/1: found "south_x", allowed: a link that leads to phases 2, 6: west_x, east_x [M22]',
  ],
  [
    "a grant beyond the longest red",
    "/priorities/0/extensionMaxSeconds",
    // Phase 1 is red for 120 s of 130; 12 s of early green.
    18.1,
    "/priorities/0: found 30.1, allowed: extension and early green together of at most 30 s, what plan day leaves of waitMaxSeconds, 150 s [M22]",
  ],
];

const HOLD: readonly Example[] = [
  [
    "a hold beyond the longest red",
    "/envelope/commandValidMaxSeconds",
    30.1,
    "/envelope/commandValidMaxSeconds: found 30.1, allowed: a hold of at most 30 s, what plan day leaves of waitMaxSeconds, 150 s [M11]",
  ],
];

const START_UP: readonly Example[] = [
  [
    "a first green of conflicting phases",
    "/startUp/phases",
    ["2", "9"],
    '/startUp/phases: found ["2","9"], allowed: phases that do not conflict; 2 and 9 do [M23]',
  ],
  [
    "conflicting phases that flash yellow",
    "/startUp/flashYellow",
    ["2", "6", "8"],
    '/startUp/flashYellow: found ["2","6","8"], allowed: phases that do not conflict; 2 and 8 do [M23]\n' +
      '/startUp/flashYellow: found ["2","6","8"], allowed: phases that do not conflict; 6 and 8 do [M23]',
  ],
];

const ACTUATION: readonly Example[] = [
  [
    "a maximum 2 below walk and clearance",
    "/phases/1/greenMax2Seconds",
    13.9,
    "/phases/1/greenMax2Seconds: found 13.9, allowed: at least 14 s: minimum green, and walk with flashing don't walk [M24]",
  ],
  [
    "a least gap above the passage time",
    "/phases/1/gapReduction/gapMinSeconds",
    3.6,
    "/phases/1/gapReduction/gapMinSeconds: found 3.6, allowed: at most the passage time, 3.5 s [M24]",
  ],
  [
    "a least gap above the usual passage time",
    "/phases/3/gapReduction",
    { beforeSeconds: 5, toReduceSeconds: 5, gapMinSeconds: 3.1 },
    "/phases/3/gapReduction/gapMinSeconds: found 3.1, allowed: at most the passage time, 3 s [M24]",
  ],
  [
    "a leading interval longer than the walk",
    "/phases/3/pedestrian",
    {
      crosswalkMeters: 4,
      walkSeconds: 4,
      clearSeconds: 7,
      bufferSeconds: 3,
      crosses: "x_west",
      leadSeconds: 5,
    },
    "/phases/3/pedestrian/leadSeconds: found 5, allowed: at most the walk, 4 s [M24]",
  ],
  [
    "an intergreen of phases that run together",
    "/intergreens/0/1",
    "6",
    '/intergreens/0/1: found "6", allowed: a phase that 2 conflicts with: 1, 3, 4, 7, 8, 9 [M24]',
  ],
  [
    "an intergreen below yellow and red clearance",
    "/intergreens/1/2",
    4.9,
    "/intergreens/1/2: found 4.9, allowed: at least 5.0 s, yellow and red clearance of 4 [M24]",
  ],
  [
    "an intergreen twice",
    "/intergreens/1",
    ["2", "7", 7],
    '/intergreens/1: found ["2","7",7], allowed: each ordered pair once [M24]',
  ],
  [
    "five rings",
    "/rings",
    [
      [["1", "2"], ["3", "4"], ["9"]],
      [["5", "6"], ["7", "8"], []],
      [[], [], []],
      [[], [], []],
      [[], [], []],
    ],
    '/rings: found [[["1","2"],["3","4"],["9"]],[["5","6"],["7","8"],[]],[[],[],[]],[[],[],[]],[[],…, allowed: at most 4 rings [M24]',
  ],
];

/** At least one for every rule of what a controller may have beside phases and stages. */
export const EXAMPLES: readonly Example[] = [
  ...NAMES,
  ...OVERLAPS,
  ...PREEMPTS,
  ...PRIORITIES,
  ...HOLD,
  ...START_UP,
  ...ACTUATION,
];
