import { type Shape, shapeOf } from "../../src/model/fault.ts";
import { CLOSE_CODES, type Link, type LinkConnector } from "../../src/ports/link.ts";
import {
  type EngineFrame,
  GoFrame,
  HeartbeatFrame,
  RefusalFrame,
  TimingPlanFrame,
  WelcomeFrame,
} from "../../src/protocol/frames.ts";

/** One end of a link to the engine: numbers what it sends, checks what it gets, and opens itself again when it is lost. */
export type FieldLink = {
  readonly identity: string;
  /** Whether the engine has welcomed this link. */
  readonly up: boolean;
  /** Number of the last frame sent; −1 before the first. */
  readonly sent: number;
  /** Number of the last frame received. */
  readonly received: number;
  /** Sends a frame; nothing happens while the link is down. */
  send(frame: object): void;
  /** Takes what has been received since the last call. */
  take(): readonly EngineFrame[];
  close(): void;
};

export type FieldLinkOptions = {
  readonly identity: string;
  readonly connect: LinkConnector;
  /** First frame on every new connection, without its number. */
  readonly hello: () => object;
  /** Anything changed: a frame came, the link went up or down. */
  readonly changed: () => void;
  readonly notice: (text: string) => void;
  readonly timer: (delayMs: number, run: () => void) => () => void;
};

const SHAPES: ReadonlyMap<string, Shape<EngineFrame>> = new Map<string, Shape<EngineFrame>>([
  ["welcome", shapeOf(WelcomeFrame)],
  ["timingPlan", shapeOf(TimingPlanFrame)],
  ["heartbeat", shapeOf(HeartbeatFrame)],
  ["go", shapeOf(GoFrame)],
  ["refusal", shapeOf(RefusalFrame)],
]);

/** First wait before a lost link is opened again, and the longest; wall time. */
const RETRY_FIRST_MS = 200;
const RETRY_MAX_MS = 2_000;

export function openFieldLink(options: FieldLinkOptions): FieldLink {
  const { identity, connect, hello, changed, notice, timer } = options;
  let link: Link | undefined;
  let up = false;
  let sent = -1;
  let received = -1;
  let inbox: EngineFrame[] = [];
  let retryMs = RETRY_FIRST_MS;
  let finished = false;
  let cancelRetry: (() => void) | undefined;

  const send = (frame: object): void => {
    if (link === undefined) return;
    sent += 1;
    link.send(JSON.stringify({ ...frame, seq: sent }));
  };

  const message = (text: string): void => {
    const frame = readEngineFrame(text);
    if (frame === undefined) {
      notice(`${identity}: the engine sent a frame that this controller does not understand; link closed`);
      link?.close(CLOSE_CODES.malformed, "frame not understood");
      return;
    }
    received = frame.seq;
    if (frame.type === "welcome") {
      up = true;
      retryMs = RETRY_FIRST_MS;
    }
    if (frame.type === "refusal")
      notice(`${identity}: refused by the engine: ${frame.code}: ${frame.detail}`);
    inbox.push(frame);
    changed();
  };

  const lost = (): void => {
    link = undefined;
    if (up) up = false;
    inbox = [];
    changed();
    if (finished) return;
    cancelRetry = timer(retryMs, open);
    retryMs = Math.min(RETRY_MAX_MS, retryMs * 2);
  };

  const open = (): void => {
    connect({ message, closed: lost }).then((opened) => {
      if (finished) {
        opened.close(CLOSE_CODES.normal, "field ended");
        return;
      }
      link = opened;
      sent = -1;
      received = -1;
      send(hello());
    }, lost);
  };

  open();
  return {
    identity,
    get up() {
      return up;
    },
    get sent() {
      return sent;
    },
    get received() {
      return received;
    },
    send: (frame) => {
      if (up) send(frame);
    },
    take: () => {
      const taken = inbox;
      inbox = [];
      return taken;
    },
    close: () => {
      finished = true;
      cancelRetry?.();
      link?.close(CLOSE_CODES.normal, "field ended");
    },
  };
}

function readEngineFrame(text: string): EngineFrame | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (document === null || typeof document !== "object" || !Object.hasOwn(document, "type")) return undefined;
  const { type } = document as { readonly type: unknown };
  const shape = typeof type === "string" ? SHAPES.get(type) : undefined;
  return shape?.accepts(document) === true ? document : undefined;
}
