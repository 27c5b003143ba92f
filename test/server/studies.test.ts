import Fastify from "fastify";
import { expect, it, onTestFinished } from "vitest";
import type { Studies } from "../../src/ports/studies.ts";
import {
  STUDY_LIMITS,
  type StudiesView,
  type StudyRequest,
  type StudyView,
} from "../../src/protocol/studies.ts";
import { studyRoutes } from "../../src/server/studies.ts";
import { asked as signedIn } from "./signed-in.ts";

const REQUEST: StudyRequest = {
  name: "peak",
  begin: { kind: "now" },
  controls: ["running", "adaptive"],
  seeds: 5,
  seconds: 900,
};

const STUDY: StudyView = {
  id: "study-1",
  request: REQUEST,
  who: "console",
  state: "queued",
  askedAt: 1,
  startedAt: null,
  endedAt: null,
  streetAt: null,
  progress: null,
  reason: null,
  verdicts: null,
};

const VIEW: StudiesView = {
  studies: [STUDY],
  choices: { controls: [], begins: ["now"], parameters: [], eventForms: [], limits: STUDY_LIMITS },
};

function serverOver(change: Partial<Studies> | undefined) {
  const asked: unknown[] = [];
  const server = Fastify();
  onTestFinished(async () => await server.close());
  const studies: Studies = {
    view: () => VIEW,
    find: (id) => (id === STUDY.id ? { ...STUDY, result: null } : undefined),
    ask: (request, who) => {
      asked.push({ request, who });
      return Promise.resolve({ kind: "done", study: STUDY });
    },
    cancel: (id, who) => {
      asked.push({ id, who });
      return { kind: "done", study: { ...STUDY, state: "cancelled" } };
    },
    report: (id) => Promise.resolve(id === STUDY.id ? "<!doctype html>" : undefined),
    ...change,
  };
  signedIn(server, { name: "ann", role: "operator" });
  studyRoutes(server, change === undefined ? undefined : studies);
  const send = async (method: "GET" | "POST" | "DELETE", url: string, payload?: object) => {
    const answer = await server.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
    return { code: answer.statusCode, type: answer.headers["content-type"], body: answer.body };
  };
  return { asked, send };
}

it("lists studies, shows one, and its report as a page", async () => {
  const { send } = serverOver({});
  expect(JSON.parse((await send("GET", "/api/studies")).body)).toEqual(VIEW);
  expect(JSON.parse((await send("GET", "/api/studies/study-1")).body)).toEqual({ ...STUDY, result: null });
  expect(await send("GET", "/api/studies/study-1/report")).toEqual({
    code: 200,
    type: "text/html; charset=utf-8",
    body: "<!doctype html>",
  });
  expect((await send("GET", "/api/studies/study-2")).code).toBe(404);
  expect((await send("GET", "/api/studies/study-2/report")).code).toBe(404);
});

it("takes offsets to be tried, as the command writes them", async () => {
  const { asked, send } = serverOver({});
  const request = { ...REQUEST, offsets: ["garden=12", "harbor=-5"] };
  expect((await send("POST", "/api/studies", request)).code).toBe(202);
  expect(asked).toEqual([{ request, who: "ann" }]);
});

it("asks for a study and cancels it in the name of who is signed in", async () => {
  const { asked, send } = serverOver({});
  expect((await send("POST", "/api/studies", REQUEST)).code).toBe(202);
  expect((await send("DELETE", "/api/studies/study-1")).code).toBe(200);
  expect(asked).toEqual([
    { request: REQUEST, who: "ann" },
    { id: "study-1", who: "ann" },
  ]);
});

it.each([
  [{ ...REQUEST, seeds: 31 }, "body#/seeds: found 31, allowed: be <= 30"],
  [{ ...REQUEST, controls: [] }, "body#/controls"],
  [{ ...REQUEST, who: "mayor" }, 'body#/who: found "mayor", allowed: no such property'],
  [{ ...REQUEST, begin: { kind: "clock", from: "25:00" } }, 'body#/begin/from: found "25:00"'],
  [{ ...REQUEST, name: "  " }, "body#/name"],
  [{ ...REQUEST, offsets: [] }, "body#/offsets: found [], allowed: not have fewer than 1 items"],
  [{ ...REQUEST, offsets: ["garden"] }, 'body#/offsets/0: found "garden", allowed: match pattern'],
  [{ ...REQUEST, offsets: ["garden=1.5"] }, 'body#/offsets/0: found "garden=1.5"'],
])("refuses %o with the place and what is allowed", async (body, words) => {
  const { asked, send } = serverOver({});
  const { code, body: text } = await send("POST", "/api/studies", body);
  expect([code, asked]).toEqual([400, []]);
  expect(text.replaceAll('\\"', '"')).toContain(words);
});

it("says why a study is not to be had", async () => {
  const full = serverOver({
    ask: () => Promise.resolve({ kind: "refused", why: "10 studies wait already" }),
    cancel: () => ({ kind: "unknown" }),
  });
  expect(await full.send("POST", "/api/studies", REQUEST)).toMatchObject({
    code: 409,
    body: '{"error":"10 studies wait already"}',
  });
  expect((await full.send("DELETE", "/api/studies/study-9")).code).toBe(404);
  const invalid = serverOver({ ask: () => Promise.resolve({ kind: "invalid", why: "no such lane" }) });
  expect((await invalid.send("POST", "/api/studies", REQUEST)).code).toBe(400);
  const none = serverOver(undefined);
  for (const [method, url] of [
    ["GET", "/api/studies"],
    ["POST", "/api/studies"],
    ["DELETE", "/api/studies/study-1"],
  ] as const) {
    expect((await none.send(method, url, method === "POST" ? REQUEST : undefined)).code, url).toBe(503);
  }
});
