import { join } from "node:path";
import { messageOf, PhasewiseError } from "../../errors.ts";
import type { Timer } from "../../ports/timer.ts";
import { err, ok, type Result } from "../../result.ts";
import { DAY_MS, HOUR_MS } from "../../units.ts";
import { HistoryDatabase } from "./database.ts";
import { JournalLoader } from "./journal-loader.ts";
import { removeJournals } from "./journal-names.ts";
import type {
  Answers,
  FromDatabase,
  Opened,
  OpenOptions,
  Position,
  Question,
  ToDatabase,
} from "./messages.ts";
import { readEvents, readPage, readRows } from "./questions.ts";
import { removeRowsBefore } from "./retention.ts";

export const DATABASE_NAME = "history.duckdb";

/** Wall time that rows may wait in the journal before they are loaded; sooner when somebody asks. */
const LOAD_EVERY_MS = 1_000;
/** Wall time between two tries while the database cannot take rows. */
const RETRY_MS = 5_000;
/** Time of the rows between two looks for those that are too old. */
const RETENTION_EVERY_MS = HOUR_MS;
/** Questions that may wait. */
const WAITING_MAX = 64;

type Send = (message: FromDatabase, transfer?: readonly ArrayBuffer[]) => void;

/** The database's side of the thread: does one thing after the other. */
export class DatabaseService {
  readonly #send: Send;
  readonly #timer: Timer;
  #opened:
    | { readonly database: HistoryDatabase; readonly loader: JournalLoader; readonly options: OpenOptions }
    | undefined;
  #durable: Position = null;
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;
  #cancelLoad: (() => void) | undefined;
  #failing = false;
  #keptFrom = Number.NEGATIVE_INFINITY;

  constructor(send: Send, timer: Timer) {
    this.#send = send;
    this.#timer = timer;
  }

  readonly take = (message: ToDatabase): void => {
    if (message.kind === "durable") {
      this.#durable = message.upTo;
      this.#cancelLoad ??= this.#timer(LOAD_EVERY_MS, this.#loadInTurn);
      return;
    }
    const { id, question } = message;
    if (this.#waiting >= WAITING_MAX && question.kind !== "close") {
      const answer = err(`${WAITING_MAX} questions wait already`);
      return this.#send({ kind: "answer", id, answer });
    }
    this.#waiting += 1;
    this.#inTurn(async () => {
      this.#waiting -= 1;
      const answer = await this.#answer(question);
      this.#send({ kind: "answer", id, answer }, buffersOf(answer));
    });
  };

  #inTurn(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((cause: unknown) => {
      this.#send({ kind: "notice", message: `the history stumbled: ${messageOf(cause)}` });
    });
  }

  readonly #loadInTurn = (): void => {
    this.#cancelLoad = undefined;
    this.#inTurn(async () => {
      await this.#load(this.#durable);
    });
  };

  async #answer(question: Question): Promise<Answers[keyof Answers]> {
    if (question.kind === "open") return await this.#open(question.options);
    const loaded = await this.#load(question.upTo);
    if (question.kind === "close") {
      this.#cancelLoad?.();
      await this.#close(loaded.ok);
      return loaded;
    }
    if (!loaded.ok) return err(`the newest rows are not in the database yet: ${loaded.error}`);
    return await this.#ask(question);
  }

  async #open(options: OpenOptions): Promise<Opened> {
    let database: HistoryDatabase | undefined;
    try {
      database = await HistoryDatabase.open(join(options.folder, DATABASE_NAME));
      const notice = (message: string): void => this.#send({ kind: "notice", message });
      const loader = await JournalLoader.begin(options.folder, database, notice);
      await database.describe(options.network);
      this.#opened = { database, loader, options };
      const { file, nextEvent } = loader.progress;
      return { ok: true, newest: file, nextEvent };
    } catch (cause) {
      database?.close();
      if (cause instanceof PhasewiseError) return { ok: false, code: cause.code, message: cause.message };
      const message = `cannot open the history ${options.folder}: ${messageOf(cause)}`;
      return { ok: false, code: "STORE_FAILED", message };
    }
  }

  async #close(everythingLoaded: boolean): Promise<void> {
    if (this.#opened === undefined) return;
    const { database, loader, options } = this.#opened;
    this.#opened = undefined;
    database.close();
    if (everythingLoaded) await removeJournals(options.folder, loader.progress.file + 1);
  }

  /** What the journal holds up to a position; a failure is told once, and tried again later. */
  async #load(upTo: Position): Promise<Result<null, string>> {
    if (this.#opened === undefined) return err("the history is closed");
    const { loader } = this.#opened;
    try {
      if (this.#failing) await loader.resume();
      if (upTo !== null) await loader.loadUpTo(upTo);
      await this.#keepToDays();
    } catch (cause) {
      const message = messageOf(cause);
      if (!this.#failing) this.#send({ kind: "failed", message });
      this.#failing = true;
      this.#cancelLoad ??= this.#timer(RETRY_MS, this.#loadInTurn);
      return err(message);
    }
    if (this.#failing) this.#send({ kind: "recovered" });
    this.#failing = false;
    return ok(null);
  }

  async #keepToDays(): Promise<void> {
    if (this.#opened === undefined) return;
    const { database, loader, options } = this.#opened;
    const from = loader.newestAt - options.keptDays * DAY_MS;
    if (from < this.#keptFrom + RETENTION_EVERY_MS) return;
    await removeRowsBefore(database, from);
    this.#keptFrom = from;
  }

  /** The deadline ends a question that takes too long; nothing else waits for it longer than that. */
  async #ask(question: Asked): Promise<Answers["read" | "events" | "page"]> {
    if (this.#opened === undefined) return err("the history is closed");
    const { database, options } = this.#opened;
    let late = false;
    const cancel = this.#timer(options.deadlineMs, () => {
      late = true;
      database.interrupt();
    });
    const tooLate = err(
      `not answered within ${options.deadlineMs} ms: ask for a shorter time or one intersection`,
    );
    try {
      const answer = await answerOf(database, question);
      return late ? tooLate : answer;
    } catch (cause) {
      return late ? tooLate : err(messageOf(cause));
    } finally {
      cancel();
    }
  }
}

/** A question about rows. */
type Asked = Extract<Question, { readonly kind: "read" | "events" | "page" }>;

async function answerOf(
  database: HistoryDatabase,
  question: Asked,
): Promise<Answers["read" | "events" | "page"]> {
  if (question.kind === "read") return await readRows(database, question.table, question.window);
  if (question.kind === "events") return await readEvents(database, question.window);
  return await readPage(database, question.table, question.query);
}

/** Arrays of an answer, which are handed over instead of copied. */
function buffersOf(answer: Answers[keyof Answers]): readonly ArrayBuffer[] {
  if (!answer.ok || !("value" in answer) || answer.value === null || !("intersections" in answer.value))
    return [];
  const { at, intersection, code, parameter } = answer.value;
  return [at, intersection, code, parameter].flatMap(({ buffer }) =>
    buffer instanceof ArrayBuffer ? [buffer] : [],
  );
}
