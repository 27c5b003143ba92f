import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { AskedAnswer, AskedView } from "../../../protocol/operate.ts";
import type { StreetNowView } from "../../../protocol/operating.ts";
import type { ApiAnswer } from "../../data/api.ts";
import { isStateOld } from "../../data/site.ts";
import { frameAt, intersectionNames, liveById, networkView } from "../../data/store.ts";
import { Refusals } from "./Refusals.tsx";

/** What the street does now beside what would be asked of it, and what gate and engine say to that. */
export function Prospects({ shown }: { readonly shown: ApiAnswer<AskedAnswer> | null }): JSX.Element {
  if (shown === null) return <p class="reason dim">Asking what would come of it…</p>;
  if (!shown.ok) {
    return (
      <p class="confirm-fault" role="alert">
        <span class="badge badge-p2">▲ Not known</span> {shown.fault.message}
      </p>
    );
  }
  const { answers } = shown.value;
  const [one] = answers;
  return one !== undefined && answers.length === 1 ? <OfOne view={one} /> : <OfSeveral views={answers} />;
}

/** Beside what is asked stands what the lamps show in this frame, not what the preview was made on. */
function OfOne({ view }: { readonly view: AskedView }): JSX.Element {
  const { known, others } = rowsOf(view);
  return (
    <>
      <table class="prospect live">
        <caption class="spoken">What the street does now, and what is asked</caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="spoken">What</span>
            </th>
            <th scope="col">The street now</th>
            <th scope="col">Asked</th>
          </tr>
        </thead>
        <tbody>
          {known.map(({ what, asked }) => (
            <tr key={what} data-changed={asked !== null}>
              <th scope="row">{what}</th>
              <td>
                <Now intersection={view.intersection} what={what} />
              </td>
              <td>{asked ?? "—"}</td>
            </tr>
          ))}
          {others.map(({ what, from, to }) => (
            <tr key={what} data-changed="true">
              <th scope="row">{what}</th>
              <td>{from}</td>
              <td>{to}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Verdict view={view} />
    </>
  );
}

const KNOWN = ["mode", "operation", "plan", "stage", "green"] as const;
type Known = (typeof KNOWN)[number];

/** What the street tells of itself each second, with what is asked of it, and what else would be another one. */
function rowsOf({ changes }: AskedView) {
  const askedOf = (what: string): string | null => changes.find((change) => change.what === what)?.to ?? null;
  const known: readonly string[] = KNOWN;
  return {
    known: KNOWN.map((what) => ({ what, asked: askedOf(what) })),
    others: changes.filter(({ what }) => !known.includes(what)),
  };
}

function Now({ intersection, what }: { readonly intersection: string; readonly what: Known }): JSX.Element {
  const text = useComputed(() => {
    const live = liveById.value.get(intersection);
    const view = networkView.value;
    if (view === null || isStateOld(live, frameAt.value, view.plantStepMs) || live === undefined) return "?";
    if (what === "plan") return planText(live);
    if (what !== "green") return live[what] ?? "?";
    const phases = view.network.intersections.find(({ id }) => id === intersection)?.phases ?? [];
    const greens = phases.filter((_, index) => "Gg".includes(live.lamps.charAt(index) || "-"));
    return greens.length === 0 ? "none" : greens.map(({ id }) => id).join(", ");
  });
  return <>{text}</>;
}

function Verdict({ view }: { readonly view: AskedView }): JSX.Element {
  if (view.refusals.length === 0) {
    return (
      <p class="reason-text">
        <b>Safety gate</b> lets it pass as the street is now; it judges again when it is sent, and so does the
        controller.
      </p>
    );
  }
  return (
    <div class="confirm-fault">
      <span class="badge badge-p2">▲ Would be refused</span> <Refusals refusals={view.refusals} />
    </div>
  );
}

const SOURCE_TEXT = { plan: "engine plan", schedule: "adaptive", local: "local plan", free: "free" } as const;

function planText({ plan, source }: Pick<StreetNowView, "plan" | "source">): string {
  if (plan === null) return "unknown";
  return source === null ? plan : `${plan} (${SOURCE_TEXT[source]})`;
}

/** As short as several in a list need it: only local plans have names that say something. */
function runsText({ plan, source }: StreetNowView): string {
  if (source === null) return "not known";
  return source === "local" ? `local plan ${plan}` : SOURCE_TEXT[source];
}

function OfSeveral({ views }: { readonly views: readonly AskedView[] }): JSX.Element {
  const refused = views.filter(({ refusals }) => refusals.length > 0).length;
  return (
    <>
      <p class="reason-text">
        <b>Safety gate</b>{" "}
        {refused === 0
          ? `lets all ${views.length} pass as the street is now.`
          : `lets ${views.length - refused} of ${views.length} pass; the others are left out.`}
      </p>
      <div
        class="prospect-several"
        tabIndex={0}
        role="region"
        aria-label="What is asked of each intersection"
      >
        <table class="prospect">
          <thead>
            <tr>
              <th scope="col">Intersection</th>
              <th scope="col">The street now</th>
              <th scope="col">Asked</th>
            </tr>
          </thead>
          <tbody>
            {views.map((view) => (
              <tr key={view.intersection} data-changed={view.changes.length > 0}>
                <th scope="row">{intersectionNames.value.get(view.intersection) ?? view.intersection}</th>
                <td>
                  {view.now.mode} · {runsText(view.now)}
                </td>
                <td>{view.refusals.length > 0 ? <Refusals refusals={view.refusals} /> : view.asked}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
