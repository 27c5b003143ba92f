import { concatMap, filter, from, map, type Observable, scan } from "rxjs";
import type { Network } from "../../src/model/files.ts";
import type { Mode } from "../../src/model/mode.ts";
import type { Field } from "../../src/ports/field.ts";
import type { OperatorRequest, Operators } from "../../src/ports/operators.ts";
import { secondsToMs } from "../../src/units.ts";
import { ALL, eventsOf, type ScenarioEvent } from "./events.ts";

/** A request and when the operator makes it. */
type Scripted = { readonly seconds: number; readonly request: OperatorRequest };

/**
 * An operator who changes modes as the events say: at the begin of each, and at its end back to the run's own mode. He asks as the
 * plant gets ready with the instant, so that the same run always has it in the same place.
 */
export function scriptedOperator(
  events: readonly ScenarioEvent[],
  network: Network,
  ownMode: Mode,
  { events: told }: Pick<Field, "events">,
): Operators {
  const script = scriptOf(events, network, ownMode);
  const requests: Observable<OperatorRequest> = told.pipe(
    filter((event) => event.kind === "ready"),
    map(({ frame }) => frame.at),
    scan(
      ({ startsAt, made }, at) => {
        const begin = startsAt ?? at;
        const due = script.filter(({ seconds }) => begin + secondsToMs(seconds) <= at);
        return { startsAt: begin, made: due.length, asked: due.slice(made) };
      },
      { startsAt: undefined as number | undefined, made: 0, asked: [] as readonly Scripted[] },
    ),
    concatMap(({ asked }) => from(asked.map(({ request }) => request))),
  );
  return { requests };
}

/** In the order of time; ends before begins of the same instant. */
function scriptOf(events: readonly ScenarioEvent[], network: Network, ownMode: Mode): readonly Scripted[] {
  const ids = network.intersections.map(({ id }) => id);
  const asks = (intersection: string, mode: Mode, seconds: number, why: string): readonly Scripted[] =>
    (intersection === ALL ? ids : [intersection]).map((id) => ({
      seconds,
      request: { kind: "mode", intersection: id, mode, by: "scenario", reason: why },
    }));
  const modes = eventsOf(events, "mode");
  const ends = modes.flatMap(({ intersection, untilSeconds }) =>
    untilSeconds === undefined ? [] : asks(intersection, ownMode, untilSeconds, "the event is over"),
  );
  const begins = modes.flatMap(({ intersection, mode, fromSeconds }) =>
    asks(intersection, mode, fromSeconds, "an event of the scenario"),
  );
  return [...ends, ...begins].toSorted((left, right) => left.seconds - right.seconds);
}
