import { fork } from "node:child_process";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import type { StudyNews, StudyOrder } from "./study-messages.ts";
import type { StudyTask } from "./study-request.ts";

/** A study under way. */
export type RunningStudy = {
  /** Ends it; nothing more is told. */
  readonly stop: () => void;
};

export type StudyRunner = (task: StudyTask, tell: (news: StudyNews) => void) => RunningStudy;

/** Whatever the engine needs goes first: beside one that wants a whole core, a tenth of it is left for the study, and all of an idle one. */
const PRIORITY = 10;
/** A process that was asked to end, and has not by then, is ended. */
const STOP_WAIT_MS = 3_000;

/** Runs a study in a process of its own, behind all others, and tells how it goes: `done` or `failed` once, in the end. */
export const studyInProcess: StudyRunner = (task, tell) => {
  const script = fileURLToPath(new URL("./study-process.js", import.meta.url));
  const child = fork(script, [...task.words], { stdio: ["ignore", "ignore", "pipe", "ipc"] });
  const order = (what: StudyOrder): boolean => child.connected && child.send(what);
  let isOver = false;
  let lastWords = "";
  const end = (news: StudyNews | undefined): void => {
    if (isOver) return;
    isOver = true;
    if (news !== undefined) tell(news);
  };
  child.on("spawn", () => {
    try {
      setPriority(child.pid ?? 0, PRIORITY);
    } catch {
      // It is gone already, which `exit` tells.
    }
    order({ kind: "run", task });
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    lastWords = `${lastWords}${text}`.slice(-2_000);
  });
  child.on("message", (news: StudyNews) => {
    if (news.kind === "progress") {
      if (!isOver) tell(news);
    } else end(news);
  });
  child.on("error", (cause) =>
    end({ kind: "failed", reason: `its process did not start: ${cause.message}` }),
  );
  child.on("exit", (code, signal) => {
    const said = lastWords.trim().split("\n").slice(-3).join(" ");
    end({ kind: "failed", reason: `its process ended (${code ?? signal}): ${said}` });
  });
  return {
    stop: () => {
      end(undefined);
      order({ kind: "stop" });
      setTimeout(() => child.kill("SIGKILL"), STOP_WAIT_MS).unref();
    },
  };
};
