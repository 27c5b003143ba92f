import { defined } from "../../assert.ts";
import type { Outlook } from "../../model/outlook.ts";
import { type FoeStreams, type GreenStream, type StageLane, tablesOf } from "./junction-tables.ts";
import type { Junction } from "./policy.ts";

/** What a stage does for a lane. */
export type LaneService = {
  /** Share of the lane's departures whose signal is green and whose exit has room. */
  readonly share: number;
  /** Share of those that must yield. */
  readonly yielding: number;
  /** Lanes that they yield to. */
  readonly foes: readonly number[];
};

export type StageService = {
  readonly lanes: readonly LaneService[];
  /** Lanes that it serves, those that yield last: when the others leave has to be known before. */
  readonly served: readonly number[];
  readonly red: readonly number[];
  /** By lane: somebody yields to it. */
  readonly isFoe: readonly boolean[];
};

/** Less than this of a lane is nobody. */
const SHARE_MIN = 0.02;

const RED: LaneService = { share: 0, yielding: 0, foes: [] };

/** What every stage does for every lane, with the turns and the room in the exits as they are now. */
export function stageServices(junction: Junction, outlook: Outlook): readonly StageService[] {
  const { stageLanes: all } = tablesOf(junction);
  const needsOwnGreen = outlook.lanes.map(
    ({ findsNoGap }, lane) =>
      findsNoGap && all.some((stageLanes) => stageLanes[lane]?.greens.some(({ yields }) => !yields)),
  );
  return all.map((stageLanes): StageService => {
    const lanes = stageLanes.map((stageLane, lane) =>
      laneService(stageLane, outlook, lane, needsOwnGreen[lane] === true),
    );
    const served: number[] = [];
    const yielding: number[] = [];
    const red: number[] = [];
    const isFoe = lanes.map(() => false);
    for (const [lane, service] of lanes.entries()) {
      (service.share <= 0 ? red : service.yielding > 0 ? yielding : served).push(lane);
      for (const foe of service.foes) isFoe[foe] = true;
    }
    served.push(...yielding);
    return { lanes, served, red, isFoe };
  });
}

function laneService(
  { greens, foes }: StageLane,
  outlook: Outlook,
  lane: number,
  needsOwnGreen: boolean,
): LaneService {
  const { headIsNot } = defined(outlook.lanes[lane], "lane");
  const helps = ({ place, yields }: GreenStream): boolean =>
    !headIsNot.includes(place) && !(needsOwnGreen && yields);
  if (!greens.some(helps)) return RED;
  let share = 0;
  let yieldingShare = 0;
  let yieldingBits = 0;
  for (const [index, { place, exit, yields }] of greens.entries()) {
    const part = shareOf(outlook, lane, place, exit);
    share += part;
    if (!yields || part <= 0) continue;
    yieldingShare += part;
    yieldingBits |= 1 << index;
  }
  if (share <= 0) return RED;
  return { share, yielding: yieldingShare / share, foes: foeLanes(foes, yieldingBits, outlook) };
}

/** Share of a stream in its lane, with nothing for an exit that is full. */
function shareOf({ lanes, exitFull }: Outlook, lane: number, place: number, exit: number): number {
  return exitFull[exit] === true ? 0 : (defined(lanes[lane], "lane").streamShares[place] ?? 0);
}

function foeLanes(foes: readonly FoeStreams[], yieldingBits: number, outlook: Outlook): readonly number[] {
  if (yieldingBits === 0) return RED.foes;
  const found: number[] = [];
  for (const { lane, streams } of foes) {
    let share = 0;
    for (const { place, exit, crosses } of streams) {
      if ((crosses & yieldingBits) !== 0) share += shareOf(outlook, lane, place, exit);
    }
    if (share >= SHARE_MIN) found.push(lane);
  }
  return found;
}

/**
 * `[from][to][lane]`: whether a lane goes on through the change of stage: at least half of its green stays, and it is served before. One
 * whose first vehicle stands in a green that is not its own starts like any other when its own begins.
 */
export function flowsOn(
  junction: Junction,
  outlook: Outlook,
  service: readonly StageService[],
): readonly (readonly (readonly boolean[])[])[] {
  const { stageLanes } = tablesOf(junction);
  return stageLanes.map((before, from) =>
    stageLanes.map((after) =>
      before.map(({ greenBits }, lane) => {
        if (defined(service[from]?.lanes[lane], "service").share <= 0) return false;
        const both = greenBits & defined(after[lane], "lane").greenBits;
        if (both === 0) return false;
        const { streamShares } = defined(outlook.lanes[lane], "lane");
        const own = sumOf(streamShares, greenBits);
        return own >= SHARE_MIN && sumOf(streamShares, both) >= own / 2;
      }),
    ),
  );
}

function sumOf(shares: readonly number[], bits: number): number {
  let sum = 0;
  for (let place = 0; place < shares.length; place += 1) {
    if (((bits >> place) & 1) === 1) sum += shares[place] ?? 0;
  }
  return sum;
}
