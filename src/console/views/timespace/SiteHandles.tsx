import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { nearestShift, type Shifts } from "../../data/offset-trial.ts";
import { select, selectedId } from "../../data/store.ts";
import { offsetOf, triedOffset } from "./street-picture.ts";

export type Site = {
  readonly id: string;
  readonly name: string;
  /** Of its stop lines, pixels from the top. */
  readonly y: number;
  /** Of its name, which may have had to make room. */
  readonly labelY: number;
};

export type TriedOffsets = {
  readonly shifts: Shifts;
  /** Tries an offset so many seconds later than it is tried now. A drag tells its steps, and in the end once more that it is done. */
  readonly onShift: (site: string, bySeconds: number, done: boolean) => void;
};

type Props = {
  readonly sites: readonly Site[];
  readonly width: number;
  readonly left: number;
  readonly right: number;
  readonly secondsPerPixel: number;
  /** Null where the street is shown. */
  readonly trial: TriedOffsets | null;
  readonly onDrag: (site: string | null) => void;
};

/** What can be taken hold of over the picture: names that select, or in a trial offsets that are dragged and stepped. */
export function SiteHandles({ sites, trial, ...rest }: Props): JSX.Element {
  return (
    <div class="ts-handles">
      {sites.map((site) =>
        trial === null ? (
          <button
            key={site.id}
            type="button"
            class="ts-handle"
            aria-label={`Select ${site.name}`}
            aria-pressed={site.id === selectedId.value}
            style={{ top: `${site.labelY - 12}px`, width: `${rest.left - 10}px` }}
            onClick={() => select(site.id)}
          />
        ) : (
          <OffsetHandle key={site.id} site={site} {...trial} {...rest} />
        ),
      )}
    </div>
  );
}

type OffsetProps = Omit<Props, "sites" | "trial"> & TriedOffsets & { readonly site: Site };

const STEPS: ReadonlyMap<string, number> = new Map([
  ["ArrowRight", 1],
  ["ArrowUp", 1],
  ["ArrowLeft", -1],
  ["ArrowDown", -1],
  ["PageUp", 10],
  ["PageDown", -10],
]);

function OffsetHandle(props: OffsetProps): JSX.Element | null {
  const { site, width, left, right, secondsPerPixel, shifts, onShift, onDrag } = props;
  const drag = useRef<{ readonly fromX: number; seconds: number } | null>(null);
  const plan = offsetOf(site.id);
  const shift = shifts.get(site.id) ?? 0;
  if (plan === null) return null;
  const { offsetSeconds, cycleSeconds } = plan;
  const tried = triedOffset(offsetSeconds, shift, cycleSeconds);
  const move = (event: PointerEvent): void => {
    const held = drag.current;
    if (held === null) return;
    const seconds = Math.round((event.clientX - held.fromX) * secondsPerPixel);
    onShift(site.id, seconds - held.seconds, false);
    held.seconds = seconds;
  };
  const end = (): void => {
    if (drag.current !== null) onShift(site.id, 0, true);
    drag.current = null;
    onDrag(null);
  };
  return (
    <>
      <div
        role="slider"
        tabIndex={0}
        class="ts-handle ts-offset"
        aria-label={`Offset tried at ${site.name}`}
        aria-valuemin={0}
        aria-valuemax={cycleSeconds}
        aria-valuenow={tried}
        aria-valuetext={`${tried} s, ${shiftText(nearestShift(shift, cycleSeconds))}`}
        data-moved={shift !== 0}
        style={{ top: `${site.labelY - 12}px`, width: `${left - 10}px` }}
        onKeyDown={(event) => {
          const step = STEPS.get(event.key);
          if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
          event.preventDefault();
          onShift(site.id, step * (event.shiftKey ? 5 : 1), true);
        }}
      >
        <output>{shift === 0 ? "" : signed(nearestShift(shift, cycleSeconds))}</output>
      </div>
      <div
        class="ts-drag"
        aria-hidden="true"
        style={{ top: `${site.y - 12}px`, left: `${left}px`, width: `${width - left - right}px` }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { fromX: event.clientX, seconds: 0 };
          onDrag(site.id);
        }}
        onPointerMove={move}
        onPointerUp={end}
        onPointerCancel={end}
      />
    </>
  );
}

export function signed(seconds: number): string {
  return `${seconds > 0 ? "+" : "−"}${Math.abs(seconds)} s`;
}

function shiftText(seconds: number): string {
  if (seconds === 0) return "as planned";
  return `${Math.abs(seconds)} s ${seconds > 0 ? "later" : "earlier"} than planned`;
}
