import type { JSX } from "preact";
import type { Intersection } from "../../../model/intersection.ts";
import type { StripView } from "../../../protocol/strip.ts";
import { ageText } from "../../data/clock.ts";
import { strip } from "../../data/strip-source.ts";
import { frameAt, selectedDetail } from "../../data/store.ts";

const ROLE_TEXT = { stopLine: "stop line", advance: "advance", entry: "entry of exit" } as const;

/** Every detector: what it is for, who drove over it lately, and whether it is trusted. */
export function SiteDetectors({ intersection }: { readonly intersection: Intersection }): JSX.Element {
  const view = strip.value;
  const now = frameAt.peek();
  const doubted = selectedDetail.value?.detectors ?? [];
  const minutes = view === null ? 0 : Math.round((view.to - view.from) / 60_000);
  return (
    <section class="card" aria-labelledby="detectors-heading">
      <h3 id="detectors-heading">
        Detectors{" "}
        <span class="change">
          {doubted.length === 0
            ? "all trusted"
            : `${doubted.length} of ${intersection.detectors.length} not trusted`}
        </span>
      </h3>
      <div class="scroll-table" tabIndex={0} role="region" aria-label="Detectors of this intersection">
        <table class="plain live">
          <thead>
            <tr>
              <th scope="col">Detector</th>
              <th scope="col">Role</th>
              <th scope="col">Last hit</th>
              <th scope="col" title={`Vehicles in the last ${minutes} min`}>
                In {minutes} min
              </th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {intersection.detectors.map(({ id, role }) => {
              const own = view?.detections.find(({ detector }) => detector === id);
              const health = doubted.find(({ detector }) => detector === id);
              return (
                <tr key={id}>
                  <th scope="row">{id}</th>
                  <td>{ROLE_TEXT[role]}</td>
                  <td class="number">{view === null ? "—" : lastHit(own, now)}</td>
                  <td class="number">{view === null ? "—" : (own?.actuations.length ?? 0)}</td>
                  <td title={health?.reason}>
                    {health === undefined ? (
                      "good"
                    ) : (
                      <span class={health.state === "failed" ? "badge badge-p2" : "badge badge-p3"}>
                        {health.state === "failed" ? "▲" : "◆"} {health.state}
                      </span>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function lastHit(own: StripView["detections"][number] | undefined, now: number): string {
  const last = own?.actuations.at(-1);
  if (last === undefined) return "none";
  return last.off === null ? "covered now" : `${ageText(now - last.off)} ago`;
}
