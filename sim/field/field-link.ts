import { type Shape, shapeOf } from "../../src/model/fault.ts";
import { CLOSE_CODES, type Link, type LinkConnector, sendFrame } from "../../src/ports/link.ts";
import {
  CommandFrame,
  type EngineFrame,
  GoFrame,
  HeartbeatFrame,
  RefusalFrame,
  StageScheduleFrame,
  TimingPlanFrame,
  WelcomeFrame,
} from "../../src/protocol/frames.ts";

/** One end of a link to the engine: numbers what it sends, checks what it gets, and opens itself again when it is lost. */
export type FieldLink = {
  readonly identity: string;
  /** Whether the engine has welcomed this link. */
  readonly up: boolean;
  /** How often it has been welcomed: another number is another connection. */
  readonly welcomes: number;
  /** Number of the last frame sent; −1 before the first. */
  readonly sent: number;
  /** Number of the last frame received. */
  readonly received: number;
  /** Frames that came again, or too late, and were passed over; counted over all connections. */
  readonly duplicates: number;
  /** Sends a frame; nothing happens while the link is down. */
  send(frame: object): void;
  /** Takes what has been received since the last call. */
  take(): readonly EngineFrame[];
  /**
   * Run time has passed in which the engine had every reason to say something. Where it has been silent for longer than its
   * welcome allows, the connection is only half open, and a new one is made.
   */
  passed(elapsedMs: number): void;
  /** Closes the link until it is opened again, or opens it. Whether it is to be open now and was closed. */
  switchTo(open: boolean): boolean;
  /** Ends this connection and makes a new one. */
  reopen(why: string): void;
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
  ["stageSchedule", shapeOf(StageScheduleFrame)],
  ["command", shapeOf(CommandFrame)],
  ["heartbeat", shapeOf(HeartbeatFrame)],
  ["go", shapeOf(GoFrame)],
  ["refusal", shapeOf(RefusalFrame)],
]);

/** First wait before a lost link is opened again, and the longest; wall time. */
const RETRY_FIRST_MS = 200;
const RETRY_MAX_MS = 2_000;

const FIELD_ENDED = "field ended";

export function openFieldLink(options: FieldLinkOptions): FieldLink {
  const link = new ReopeningLink(options);
  link.open();
  return link;
}

class ReopeningLink implements FieldLink {
  readonly #options: FieldLinkOptions;
  #link: Link | undefined;
  #inbox: EngineFrame[] = [];
  #retryMs = RETRY_FIRST_MS;
  #finished = false;
  #closed = false;
  #cancelRetry: (() => void) | undefined;
  #silentMs = 0;
  #linkLostMs = Number.POSITIVE_INFINITY;
  up = false;
  welcomes = 0;
  sent = -1;
  received = -1;
  duplicates = 0;

  constructor(options: FieldLinkOptions) {
    this.#options = options;
  }

  get identity(): string {
    return this.#options.identity;
  }

  open(): void {
    const { connect, hello } = this.#options;
    let link: Link | undefined;
    let ended = false;
    // What an earlier connection still brings, its end included, concerns this one no more.
    const listener = {
      message: (text: string) => {
        if (link !== undefined && link === this.#link) this.#message(readEngineFrame(text));
      },
      handed: (frame: object) => {
        if (link !== undefined && link === this.#link) this.#message(checkEngineFrame(frame));
      },
      closed: () => {
        ended = true;
        if (link !== undefined && link === this.#link) this.#lost();
      },
    };
    connect(listener).then(
      (opened) => {
        if (ended) {
          this.#lost();
          return;
        }
        link = opened;
        if (this.#finished || this.#closed) {
          opened.close(CLOSE_CODES.normal, FIELD_ENDED);
          return;
        }
        this.#link = opened;
        this.sent = -1;
        this.received = -1;
        this.#silentMs = 0;
        this.#sendNow(hello());
      },
      () => this.#lost(),
    );
  }

  send(frame: object): void {
    if (this.up) this.#sendNow(frame);
  }

  take(): readonly EngineFrame[] {
    const taken = this.#inbox;
    this.#inbox = [];
    return taken;
  }

  passed(elapsedMs: number): void {
    if (!this.up) return;
    this.#silentMs += elapsedMs;
    // With long steps, one of them without a word is no silence yet.
    if (this.#silentMs > Math.max(this.#linkLostMs, 2 * elapsedMs))
      this.reopen(`nothing heard for ${this.#silentMs} ms`);
  }

  switchTo(open: boolean): boolean {
    if (open !== this.#closed) return false;
    this.#closed = !open;
    if (open) {
      this.open();
      return true;
    }
    this.#cancelRetry?.();
    const link = this.#link;
    this.#lost();
    link?.close(CLOSE_CODES.normal, "link closed by the scenario");
    return false;
  }

  reopen(why: string): void {
    const link = this.#link;
    if (link === undefined) return;
    this.#options.notice(`${this.identity}: ${why}; link opened anew`);
    // Not waiting for its end: the other side may be the one that is not there.
    this.#lost();
    link.close(CLOSE_CODES.silent, why);
  }

  close(): void {
    this.#finished = true;
    this.#cancelRetry?.();
    this.#link?.close(CLOSE_CODES.normal, FIELD_ENDED);
  }

  #sendNow(frame: object): void {
    if (this.#link === undefined) return;
    this.sent += 1;
    sendFrame(this.#link, { ...frame, seq: this.sent });
  }

  /** A frame that came; `undefined` for what is none. */
  #message(frame: EngineFrame | undefined): void {
    const { identity, notice, changed } = this.#options;
    if (frame === undefined) {
      notice(`${identity}: the engine sent a frame that this controller does not understand; link closed`);
      this.#link?.close(CLOSE_CODES.malformed, "frame not understood");
      return;
    }
    if (frame.seq <= this.received) {
      this.duplicates += 1;
      return;
    }
    this.received = frame.seq;
    this.#silentMs = 0;
    if (frame.type === "welcome") {
      this.#linkLostMs = frame.linkLostMs;
      this.up = true;
      this.welcomes += 1;
      this.#retryMs = RETRY_FIRST_MS;
    }
    if (frame.type === "refusal") {
      notice(`${identity}: refused by the engine: ${frame.code}: ${frame.detail}`);
    }
    this.#inbox.push(frame);
    changed();
  }

  #lost(): void {
    const { changed, timer } = this.#options;
    this.#link = undefined;
    this.up = false;
    this.#inbox = [];
    changed();
    if (this.#finished || this.#closed) return;
    this.#cancelRetry = timer(this.#retryMs, () => this.open());
    this.#retryMs = Math.min(RETRY_MAX_MS, this.#retryMs * 2);
  }
}

function readEngineFrame(text: string): EngineFrame | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  return checkEngineFrame(document);
}

function checkEngineFrame(document: unknown): EngineFrame | undefined {
  if (document === null || typeof document !== "object" || !Object.hasOwn(document, "type")) return undefined;
  const { type } = document as { readonly type: unknown };
  const shape = typeof type === "string" ? SHAPES.get(type) : undefined;
  return shape?.accepts(document) === true ? document : undefined;
}
