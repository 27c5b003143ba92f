import { parentPort } from "node:worker_threads";
import { defined } from "../../assert.ts";
import { DatabaseService } from "./database-service.ts";
import type { ToDatabase } from "./messages.ts";

/** The thread of the history's database (`openHistory`). */
const port = defined(parentPort ?? undefined, "the port of a worker");

const service = new DatabaseService(
  (message, transfer = []) => port.postMessage(message, [...transfer]),
  (delayMs, run) => {
    const timeout = setTimeout(run, delayMs);
    return () => clearTimeout(timeout);
  },
);
port.on("message", (message: ToDatabase) => service.take(message));
