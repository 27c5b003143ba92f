import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { Intersection } from "../../../model/intersection.ts";
import type { Service } from "../../data/strip.ts";
import { services } from "../../data/strip-source.ts";
import { plannedEndOf, plannedNow } from "../../data/planned-source.ts";
import { frameAt, networkView } from "../../data/store.ts";
import { leastGreenMs } from "../../draw/planned.ts";

/** The greens that run: for how long, when they may end, are planned to, and have to. */
export function RunningGreens({ intersection }: { readonly intersection: Intersection }): JSX.Element {
  const running = services.value.filter(({ greenTo }) => greenTo === null);
  return (
    <section class="card" aria-labelledby="greens-heading">
      <h3 id="greens-heading">Green now</h3>
      {running.length === 0 ? (
        <p class="reason dim">None: the signals change.</p>
      ) : (
        <ul class="greens live">
          {running.map((service) => (
            <Green key={service.phase} intersection={intersection} service={service} />
          ))}
        </ul>
      )}
    </section>
  );
}

type GreenProps = { readonly intersection: Intersection; readonly service: Service };

function Green({ intersection, service }: GreenProps): JSX.Element | null {
  const phase = intersection.phases[service.index];
  const seconds = useComputed(() => Math.max(0, Math.floor((frameAt.value - service.from) / 1000)));
  const planned = useComputed(() => plannedEndOf(plannedNow.value.parts, service.phase));
  const leftSeconds = useComputed(() =>
    planned.value === null ? null : Math.ceil((planned.value - frameAt.value) / 1000),
  );
  if (phase === undefined) return null;
  const least = leastGreenMs(phase, networkView.value?.plantStepMs ?? 1_000) / 1000;
  const max = phase.greenMaxSeconds;
  const span = Math.max(max, seconds.value) * 1.04;
  const share = (value: number): string => `${Math.min(100, (value / span) * 100)}%`;
  const left = leftSeconds.value;
  const end = left === null ? null : seconds.value + left;
  return (
    <li>
      <p>
        <b>{phase.id}</b> {phase.name}
        <span>
          {service.begunBefore && "more than "}
          <b>{seconds.value}</b> s
        </span>
      </p>
      <div
        class="green-track"
        role="img"
        aria-label={`${seconds.value} s of ${least} to ${max} s${end === null ? "" : `, planned to end at ${end} s`}`}
      >
        <i class="green-done" style={{ width: share(seconds.value) }} />
        <i class="green-mark" style={{ left: share(least) }} />
        <i class="green-mark" style={{ left: share(max) }} />
        {end !== null && <i class="green-planned" style={{ left: share(end) }} />}
      </div>
      <p class="dim">
        <span>
          {seconds.value < least
            ? `may end in ${Math.ceil(least - seconds.value)} s`
            : `may end (min ${least} s)`}
        </span>
        <span>{left === null ? "no end planned" : `planned to end in ${left} s`}</span>
        <span>max {max} s</span>
      </p>
    </li>
  );
}
