import type { JSX } from "preact";
import type { Intersection } from "../../../../model/intersection.ts";
import { addressOf } from "../../../data/address.ts";
import { secondsText } from "../../../data/clock.ts";
import { CAUSE_TEXT, type Service } from "../../../data/strip.ts";
import { stripAbsent } from "../../../data/strip-source.ts";
import { clock, frameAt } from "../../../data/store.ts";

type Props = {
  readonly intersection: Intersection;
  readonly service: Service;
  /** Pixels of the strip. */
  readonly left: number;
  readonly top: number;
  readonly onClose: () => void;
};

/** What a green was, with the way to why it began and ended. */
export function StripTip({ intersection, service, left, top, onClose }: Props): JSX.Element {
  const { phase, index, from, greenTo, begunBefore, cause, permissive } = service;
  const { time } = clock.value;
  const { name, greenMinSeconds, greenMaxSeconds } = intersection.phases[index] ?? {};
  const lasted = secondsText((greenTo ?? frameAt.value) - from);
  const notStored = stripAbsent.value === null ? "not stored yet" : "not stored";
  const why = (at: number): string =>
    addressOf({ view: "decisions", intersection: intersection.id, at: Math.floor(at) });
  return (
    <div
      class="rings-tip"
      style={{ left: `${left}px`, top: `${top}px` }}
      role="group"
      aria-label={`Phase ${phase}`}
    >
      <p>
        <b>Phase {phase}</b> {name}
        <button type="button" aria-label="Close" onClick={onClose}>
          ×
        </button>
      </p>
      <dl>
        <div>
          <dt>Green{permissive && ", yields"}</dt>
          <dd>
            {begunBefore && "before "}
            {time(from)} – {greenTo === null ? "now" : time(greenTo)}
          </dd>
        </div>
        <div>
          <dt>Lasted</dt>
          <dd>
            {begunBefore && "> "}
            {lasted} s{" "}
            <span class="dim">
              of {greenMinSeconds} to {greenMaxSeconds} s
            </span>
          </dd>
        </div>
        <div>
          <dt>Ended by</dt>
          <dd>{greenTo === null ? "runs" : cause === null ? notStored : CAUSE_TEXT[cause]}</dd>
        </div>
      </dl>
      <p>
        <a href={why(from)}>Why it began</a>
        {greenTo !== null && <a href={why(greenTo)}>Why it ended</a>}
      </p>
    </div>
  );
}
