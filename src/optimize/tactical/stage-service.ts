import { defined } from "../../assert.ts";
import type { Outlook } from "../../model/outlook.ts";
import type { Junction } from "./policy.ts";

/** What a stage does for a lane. */
export type LaneService = {
  /** Share of the lane's departures whose signal is green and whose exit has room. */
  readonly share: number;
  /** Share of those that must yield. */
  readonly yielding: number;
  /** Whom they yield to: lane, and the share of that lane's departures that conflicts. */
  readonly foes: readonly { readonly lane: number; readonly share: number }[];
};

/** `service[stage][lane]`. */
export type StageService = readonly (readonly LaneService[])[];

/** Less than this of a lane is nobody. */
const SHARE_MIN = 0.02;

/** What every stage does for every lane, with the turns and the room in the exits as they are now. */
export function stageService(junction: Junction, outlook: Outlook): StageService {
  const full = fullStreams(junction, outlook);
  return junction.timing.stages.map((_, stage) => {
    const greens = junction.lanes.lanes.map((__, lane) => greenStreams(junction, outlook, full, stage, lane));
    return greens.map((own): LaneService => {
      const share = own.reduce((sum, stream) => sum + stream.share, 0);
      const yieldingStreams = own.filter((stream) => stream.yields);
      const yielding = yieldingStreams.reduce((sum, stream) => sum + stream.share, 0);
      return {
        share,
        yielding: share > 0 ? yielding / share : 0,
        foes: foesOf(junction, yieldingStreams, greens),
      };
    });
  });
}

type GreenStream = { readonly phase: number; readonly share: number; readonly yields: boolean };

function fullStreams({ lanes }: Junction, { exitFull }: Outlook): ReadonlySet<number> {
  return new Set(lanes.exits.flatMap(({ streams }, exit) => (exitFull[exit] === true ? streams : [])));
}

function greenStreams(
  { timing, lanes }: Junction,
  outlook: Outlook,
  full: ReadonlySet<number>,
  stage: number,
  lane: number,
): readonly GreenStream[] {
  const { phases, permissive } = defined(timing.stages[stage], "stage");
  const { streamShares } = defined(outlook.lanes[lane], "lane");
  return defined(lanes.lanes[lane], "lane").streams.flatMap((index, place) => {
    const { phase } = defined(lanes.streams[index], "stream");
    const share = streamShares[place] ?? 0;
    if (!phases.includes(phase) || full.has(index) || share <= 0) return [];
    return [{ phase, share, yields: permissive.has(phase) }];
  });
}

function foesOf(
  { timing }: Junction,
  yielding: readonly GreenStream[],
  greens: readonly (readonly GreenStream[])[],
): LaneService["foes"] {
  if (yielding.length === 0) return [];
  return greens.flatMap((others, lane) => {
    const share = others.reduce((sum, other) => {
      const crosses = yielding.some(({ phase }) => timing.conflicts[phase]?.has(other.phase) === true);
      return crosses && !other.yields ? sum + other.share : sum;
    }, 0);
    return share >= SHARE_MIN ? [{ lane, share }] : [];
  });
}

/** Lanes of a stage that somebody yields to. */
export function foeLanesOf(service: readonly LaneService[]): ReadonlySet<number> {
  return new Set(service.flatMap(({ foes }) => foes.map(({ lane }) => lane)));
}

/** `[from][to][lane]`: whether a lane goes on through the change of stage: at least half of its green stays. */
export function flowsOn(
  { lanes, timing }: Junction,
  outlook: Outlook,
): readonly (readonly (readonly boolean[])[])[] {
  const phasesOf = timing.stages.map(({ phases }) => new Set(phases));
  return phasesOf.map((before) =>
    phasesOf.map((after) =>
      lanes.lanes.map(({ streams }, lane) => {
        const { streamShares } = defined(outlook.lanes[lane], "lane");
        let own = 0;
        let kept = 0;
        for (const [place, index] of streams.entries()) {
          const { phase } = defined(lanes.streams[index], "stream");
          if (!before.has(phase)) continue;
          own += streamShares[place] ?? 0;
          if (after.has(phase)) kept += streamShares[place] ?? 0;
        }
        return own >= SHARE_MIN && kept >= own / 2;
      }),
    ),
  );
}
