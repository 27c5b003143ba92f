import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { StoredPeriod } from "../../../protocol/playback.ts";
import { addressOf } from "../../data/address.ts";
import { type ApiAnswer, getJson } from "../../data/api.ts";
import { clock, intersectionNames } from "../../data/store.ts";
import { type Bookmark, bookmarksOf, type LoggedRow, type StoredAlarmRow } from "./bookmarks.ts";

const HOURS = [1, 6, 24] as const;
const HOUR_MS = 3_600_000;
const ROWS_MAX = 10_000;
/** As many as anybody scrolls through. */
const SHOWN_MAX = 300;

type Page<Row> = { readonly cursor: string | null; readonly rows: readonly Row[] };
type Read = ApiAnswer<{ readonly list: readonly Bookmark[]; readonly whole: boolean }>;

/** What was notable in the last hours; each a link to its instant, on the map. */
export function Bookmarks({ period }: { readonly period: StoredPeriod }): JSX.Element {
  const [hours, setHours] = useState<number>(HOURS[0]);
  const [read, setRead] = useState<Read | null>(null);
  const { to } = period;
  useEffect(() => {
    let wanted = true;
    void readBookmarks(to - hours * HOUR_MS, to).then((answer) => {
      if (wanted) setRead(answer);
    });
    return () => {
      wanted = false;
    };
  }, [hours, to]);
  return (
    <section class="card bookmarks" aria-label="Notable events">
      <header>
        <h2>Notable events</h2>
        <div role="group" aria-label="Of the last hours">
          {HOURS.map((one) => (
            <button key={one} type="button" aria-pressed={hours === one} onClick={() => setHours(one)}>
              {one === 1 ? "last hour" : `${one} hours`}
            </button>
          ))}
        </div>
      </header>
      {read === null && <p role="status">Reading the history…</p>}
      {read?.ok === false && <p role="alert">The history cannot be read: {read.fault.message}</p>}
      {read?.ok === true && <BookmarkTable list={read.value.list} whole={read.value.whole} />}
    </section>
  );
}

function BookmarkTable({
  list,
  whole,
}: {
  readonly list: readonly Bookmark[];
  readonly whole: boolean;
}): JSX.Element {
  if (list.length === 0) return <p class="dim">Nothing notable: no alarm, no command, no interruption.</p>;
  return (
    <>
      <div class="bookmark-table" tabIndex={0} role="region" aria-label="Table of notable events">
        <table>
          <thead>
            <tr>
              <th scope="col">Replay</th>
              <th scope="col">Kind</th>
              <th scope="col">Intersection</th>
              <th scope="col">What</th>
            </tr>
          </thead>
          <tbody>
            {list.slice(0, SHOWN_MAX).map((one) => (
              <tr key={`${one.at} ${one.sort} ${one.intersection} ${one.text}`}>
                <td>
                  <a href={addressOf({ view: "network", intersection: one.intersection, at: one.at })}>
                    {clock.value.time(one.at)}
                  </a>
                </td>
                <td>
                  <SortBadge bookmark={one} />
                </td>
                <td>
                  {one.intersection === null
                    ? "several, or the network"
                    : (intersectionNames.value.get(one.intersection) ?? one.intersection)}
                </td>
                <td>{one.text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {(!whole || list.length > SHOWN_MAX) && (
        <p class="dim">The newest {Math.min(list.length, SHOWN_MAX)}; choose fewer hours for all of them.</p>
      )}
    </>
  );
}

const SHAPE = ["", "■", "▲", "◆", "○"] as const;

function SortBadge({ bookmark: { sort, priority } }: { readonly bookmark: Bookmark }): JSX.Element {
  if (priority === null) return <span class="badge badge-event">{sort}</span>;
  return (
    <span class={`badge badge-p${priority}`}>
      {SHAPE[priority] ?? ""} P{priority}
    </span>
  );
}

async function readBookmarks(from: number, to: number): Promise<Read> {
  const query = `from=${Math.max(0, from)}&to=${to + 1}&limit=${ROWS_MAX}`;
  const [logged, alarms] = await Promise.all([
    getJson<Page<LoggedRow>>(`api/history/plans?${query}`),
    getJson<Page<StoredAlarmRow>>(`api/history/alarms?${query}`),
  ]);
  if (!logged.ok) return logged;
  if (!alarms.ok) return alarms;
  const whole = logged.value.cursor === null && alarms.value.cursor === null;
  return { ok: true, value: { list: bookmarksOf(logged.value.rows, alarms.value.rows), whole } };
}
