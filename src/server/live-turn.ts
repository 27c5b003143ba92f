import { defined } from "../assert.ts";
import { decisionView } from "../engine/decision-view.ts";
import type { NodeState } from "../engine/state.ts";
import { detailView } from "../engine/view.ts";
import type { Scene } from "../ports/audience.ts";
import type { FrameMessage, LogEntry } from "../protocol/live.ts";
import { type AlarmsNoted, alarmsContent } from "./alarm-book.ts";
import { deltaBetween, vehiclesWithin } from "./frame-delta.ts";
import { type Member, wantsVehicles } from "./live-member.ts";

/** Details of one message: some 6 kB each, so that a console takes it in within a frame of its screen. */
const DETAILS_AT_ONCE = 25;

/** The adaptive level decides each second of the street, which may be many a second here: nobody reads them faster. */
const DECISIONS_EVERY_MS = 1_000;

/** What consoles are told at one time; texts that several of them need are made once. */
export type Turn = {
  readonly tell: (member: Member) => void;
};

export type TurnContent = {
  /** Wall time. */
  readonly now: number;
  readonly scene: Scene;
  readonly frame: FrameMessage;
  readonly log: ReadonlyMap<number, LogEntry>;
  /** By index of the intersection. */
  readonly decisionText: (index: number) => string;
  /** `undefined` before anything is known of them. */
  readonly alarms: AlarmsNoted | undefined;
  /** Told of each message that is sent. */
  readonly sent: (characters: number) => void;
};

export function beginTurn(present: TurnContent): Turn {
  const { now, scene, frame, log, decisionText, alarms, sent } = present;
  const detailText = once((index: number) => JSON.stringify(detailView(scene.state, scene.tables, index)));
  const { vehicles: _, ...street } = frame;
  const streetText = once((before: FrameMessage | undefined) =>
    JSON.stringify(before === undefined ? street : deltaBetween(before, frame)),
  );
  const alarmsText = once((before: AlarmsNoted | undefined) =>
    alarms === undefined ? "" : alarmsContent(before, alarms),
  );
  const vehiclesText = once((areas: Member["areas"]) =>
    JSON.stringify(vehiclesWithin(frame.vehicles, areas)),
  );

  /** `content` is the text of an object, to which the number is added. */
  const send = (member: Member, content: string): void => {
    member.seq += 1;
    const text = `{"seq":${member.seq},${content.slice(1)}`;
    member.viewer.send(text);
    sent(text.length);
  };

  const tellDetails = (member: Member): void => {
    const some = [...member.details].slice(0, DETAILS_AT_ONCE);
    if (some.length === 0) return;
    send(member, `{"kind":"detail","at":${frame.at},"intersections":[${some.map(detailText).join(",")}]}`);
    for (const index of some) {
      member.details.delete(index);
      // The detail holds it.
      member.decisions.delete(index);
    }
  };

  const tellLog = (member: Member): void => {
    if (member.logTold && member.log.size === 0) return;
    // Those that are kept no longer are told no more; the newest news last, as they are kept.
    const entries = [...log.values()].filter(({ id }) => member.log.has(id));
    send(member, JSON.stringify({ kind: "log", entries }));
    member.log.clear();
    member.logTold = true;
  };

  const tellDecisions = (member: Member): void => {
    if (now - member.decisionsAt < DECISIONS_EVERY_MS) return;
    // Whose detail is still to be told is told the decision with it.
    const fresh = [...member.decisions].filter((index) => !member.details.has(index));
    if (fresh.length === 0) return;
    send(member, `{"kind":"decisions","intersections":[${fresh.map(decisionText).join(",")}]}`);
    member.decisions.clear();
    member.decisionsAt = now;
  };

  const tellAlarms = (member: Member): void => {
    if (alarms === undefined || member.alarms === alarms) return;
    send(member, alarmsText(member.alarms));
    member.alarms = alarms;
  };

  const tellStreet = (member: Member): void => {
    const { told, areas, areasTold } = member;
    if (told === frame && areasTold) return;
    const lookedAt = wantsVehicles(member) && told?.vehicles !== frame.vehicles;
    const vehicles = told === undefined || !areasTold || lookedAt ? `,"vehicles":${vehiclesText(areas)}` : "";
    send(member, `${streetText(told).slice(0, -1)}${vehicles}}`);
    member.told = frame;
    member.areasTold = true;
  };

  return {
    tell: (member) => {
      tellDetails(member);
      tellLog(member);
      tellDecisions(member);
      tellAlarms(member);
      tellStreet(member);
    },
  };
}

/** A function whose answer to the same argument is made once. */
function once<Argument>(make: (argument: Argument) => string): (argument: Argument) => string {
  const made = new Map<Argument, string>();
  return (argument) => {
    const known = made.get(argument);
    if (known !== undefined) return known;
    const text = make(argument);
    made.set(argument, text);
    return text;
  };
}

/** The latest decision of each intersection as it is told, and which of them are new. */
export type DecisionBook = {
  /** Takes the decisions of a scene; the intersections, by index, whose decision is another one than before. */
  readonly note: (scene: Scene) => readonly number[];
  readonly text: (index: number) => string;
};

export function decisionBook(): DecisionBook {
  const tactics: (NodeState["tactical"] | undefined)[] = [];
  const texts: string[] = [];
  return {
    note: ({ state, tables }) =>
      Array.from(state.nodes, (node, index) => {
        if (tactics[index] === node.tactical) return [];
        const own = defined(tables.nodes[index], "tables");
        const text = JSON.stringify({ id: own.id, decision: decisionView(node, own) });
        const same = texts[index] === text;
        tactics[index] = node.tactical;
        texts[index] = text;
        return same ? [] : [index];
      }).flat(),
    text: (index) => defined(texts[index], "decision"),
  };
}
