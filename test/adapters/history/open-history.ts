import { MessageChannel } from "node:worker_threads";
import { DatabaseService } from "../../../src/adapters/history/database-service.ts";
import type { ToDatabase } from "../../../src/adapters/history/messages.ts";
import { type History, type HistoryOptions, openHistory } from "../../../src/adapters/history/store.ts";
import { onTestFinished } from "vitest";
import type { Timer } from "../../../src/ports/timer.ts";
import { handTimer } from "../hand-timer.ts";

export const NETWORK: HistoryOptions["network"] = {
  id: "test",
  timeZone: "America/Denver",
  regions: new Map([
    ["a", "north"],
    ["b", "south"],
  ]),
};

/** A history whose database lives in the test's own thread, with what it told and a clock that the test moves. */
export async function openIn(folder: string, change: Partial<HistoryOptions> = {}, databaseTimer?: Timer) {
  const told: string[] = [];
  const hand = handTimer();
  const history: History = await openHistory({
    folder,
    continues: true,
    network: NETWORK,
    keptDays: 30,
    failed: (message) => told.push(message),
    recovered: (message) => told.push(message),
    timer: hand.timer,
    startThread: () => {
      const { port1, port2 } = new MessageChannel();
      const service = new DatabaseService(
        (message, transfer = []) => port2.postMessage(message, [...transfer]),
        databaseTimer ?? hand.timer,
      );
      port2.on("message", (message: ToDatabase) => service.take(message));
      return {
        port: port1,
        end: () => {
          port1.close();
          return Promise.resolve();
        },
      };
    },
    ...change,
  });
  onTestFinished(async () => await history.close());
  return { history, told, ...hand };
}
