import { map, type Observable } from "rxjs";
import type { DueSettings } from "../ports/due-settings.ts";
import type { Instant } from "./ingest.ts";

/** Puts parameters whose time has come among an instant's inputs, before its tick: it is decided with them. */
export function withDueSettings(changes: DueSettings | undefined) {
  return (instants: Observable<Instant>): Observable<Instant> =>
    instants.pipe(
      map((instant) => {
        const due = changes?.due(instant.at);
        if (due === undefined) return instant;
        return { ...instant, inputs: [...instant.inputs.slice(0, -1), due, ...instant.inputs.slice(-1)] };
      }),
    );
}
