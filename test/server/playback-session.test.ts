import { expect, it } from "vitest";
import { startPlayback } from "../../src/playback/playback.ts";
import type { PlaybackSource } from "../../src/server/playback-source.ts";
import { startSession } from "../../src/server/playback-session.ts";
import { leftTurnCrossing, second } from "../signal/crossings.ts";
import { handClock, viewer } from "./scenes.ts";

/** What is under way is done. */
const settled = async () => await new Promise<void>((resolve) => setImmediate(resolve));

const source = (): PlaybackSource => ({
  playback: startPlayback([leftTurnCrossing()], 1_000),
  readUpTo: () => Promise.resolve({ ok: true, value: undefined }),
});

function session() {
  const { clock, advance } = handClock();
  const { one, messages, state } = viewer();
  const opened: number[] = [];
  const closed: (readonly [number, string])[] = [];
  const answers: (() => void)[] = [];
  const played = startSession(
    { from: second(0), to: second(100), speed: 10, at: second(0), paused: false },
    {
      open: async (from) => {
        opened.push(from);
        await new Promise<void>((resolve) => answers.push(resolve));
        return { ok: true, value: source() };
      },
      timer: clock.after,
      viewer: one,
      close: (code, reason) => closed.push([code, reason]),
    },
  );
  const frames = () => messages.flatMap((message) => (message.kind === "frame" ? [message.at] : []));
  const answer = async () => {
    await settled();
    answers.shift()?.();
    await settled();
  };
  const tick = async () => {
    advance(100);
    await settled();
  };
  return { played, opened, closed, answer, tick, frames, state };
}

it("of many seeks while the store is asked, only the last one asks it again", async () => {
  const { played, opened, answer, frames } = session();
  await settled();
  for (let at = 1; at <= 50; at += 1) played.ask({ kind: "seek", at: second(at) });
  await answer();
  await answer();
  expect(opened).toEqual([second(0), second(50)]);
  expect(frames()).toEqual([second(50)]);
});

it("a viewer that reads slowly is waited for, and nothing of the period is left out", async () => {
  const { answer, tick, frames, state } = session();
  await answer();
  state.bufferedBytes = 1024 * 1024;
  for (let time = 0; time < 20; time += 1) await tick();
  expect(frames()).toEqual([second(0)]);
  state.bufferedBytes = 0;
  await tick();
  await tick();
  expect(frames()).toEqual([second(0), second(1), second(2)]);
});

it("goes as fast as it is asked to from the next frame on, and no further once its viewer has left", async () => {
  const { played, answer, tick, frames, closed } = session();
  await answer();
  played.ask({ kind: "speed", speed: 60 });
  await tick();
  await tick();
  played.ask({ kind: "pause" });
  await tick();
  played.ask({ kind: "play" });
  await tick();
  expect(frames()).toEqual([0, 1, 7, 7, 13].map(second));
  played.end();
  await tick();
  expect([frames().length, closed]).toEqual([5, []]);
});

it("shows where it is sent while it stands, and goes on from there when it may", async () => {
  const { played, answer, tick, frames } = session();
  await answer();
  played.ask({ kind: "pause" });
  played.ask({ kind: "seek", at: second(40) });
  await answer();
  await tick();
  expect(frames()).toEqual([0, 0, 40].map(second));
  played.ask({ kind: "seek", at: second(100) });
  await answer();
  played.ask({ kind: "seek", at: second(50) });
  await answer();
  played.ask({ kind: "play" });
  await tick();
  await tick();
  expect(frames(), "the end of the period does not end what stands there").toEqual(
    [0, 0, 40, 100, 50, 50, 51].map(second),
  );
});
