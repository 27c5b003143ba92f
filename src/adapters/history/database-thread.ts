import type { MessagePort, Worker } from "node:worker_threads";
import { PhasewiseError } from "../../errors.ts";
import { err } from "../../result.ts";
import type { Answers, FromDatabase, Opened, OpenOptions, Question, ToDatabase } from "./messages.ts";

/** One end of a thread: a worker, or a port where a test keeps the database in its own. */
export type ThreadPort = Pick<MessagePort | Worker, "postMessage"> & {
  on(event: "message", listener: (message: FromDatabase) => void): unknown;
  on(event: "error", listener: (cause: Error) => void): unknown;
  on(event: "exit" | "close", listener: () => void): unknown;
};

export type Told = {
  readonly failed: (message: string) => void;
  readonly recovered: () => void;
  readonly notice: (message: string) => void;
};

type Answer = Answers[keyof Answers];

/** Nobody is there to answer. */
type Unanswered = { readonly ok: false; readonly error: string };

/** The database as the engine's thread sees it: questions, and their answers some time later. */
export class DatabaseThread {
  readonly #port: ThreadPort;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #nextId = 1;
  #ended: string | undefined;

  constructor(port: ThreadPort, told: Told) {
    this.#port = port;
    port.on("message", (message) => {
      if (message.kind === "answer") this.#answered(message.id, message.answer);
      else if (message.kind === "recovered") told.recovered();
      else if (message.kind === "failed") told.failed(message.message);
      else told.notice(message.message);
    });
    port.on("error", (cause) => {
      this.#end(cause.message);
      told.failed(`its thread has ended: ${cause.message}`);
    });
    for (const event of ["exit", "close"] as const) port.on(event, () => this.#end("the history is closed"));
  }

  async open(options: OpenOptions): Promise<Opened> {
    const answer = await this.ask({ kind: "open", options });
    if (!answer.ok && !("code" in answer)) throw new PhasewiseError("STORE_FAILED", answer.error);
    return answer;
  }

  async ask<Kind extends Question["kind"]>(
    question: Extract<Question, { readonly kind: Kind }>,
  ): Promise<Answers[Kind] | Unanswered> {
    if (this.#ended !== undefined) return { ok: false, error: this.#ended };
    const id = this.#nextId;
    this.#nextId += 1;
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.set(id, resolve);
      this.tell({ kind: "ask", id, question });
    });
    // The other side answers each kind of question with its own kind of answer.
    return answer as Answers[Kind];
  }

  tell(message: ToDatabase): void {
    // The second argument says what is handed over instead of copied: nothing.
    this.#port.postMessage(message, []);
  }

  #answered(id: number, answer: Answer): void {
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    resolve?.(answer);
  }

  #end(why: string): void {
    this.#ended ??= why;
    for (const id of this.#waiting.keys()) this.#answered(id, err(why));
  }
}
