import { beforeEach, describe, expect, it } from "vitest";
import type { FastifyInstance } from "fastify";
import { Compile } from "typebox/compile";
import {
  LiveMessageSchema,
  NetworkViewSchema,
  SCHEMAS_ARE_THE_TYPES,
} from "../../src/protocol/live-schema.ts";
import type { OperatorDesk } from "../../src/ports/operator-desk.ts";
import { createStage } from "../../src/server/live.ts";
import { OPERATIONS } from "../../src/server/operations.ts";
import { runLoop, startLoop } from "../engine/closed-loop.ts";
import { smallNetwork } from "../model/small-network.ts";
import { handClock, viewer } from "./scenes.ts";
import { openHouse, signedIn } from "./signed-in.ts";
import { wholeServer } from "./whole-server.ts";

type Operation = {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>;
  readonly "x-who-may": string;
};
type Reference = {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

let server: FastifyInstance;
let reference: Reference;

/** A desk that nobody asks anything. */
const NO_OPERATORS: OperatorDesk = {
  commands: () => undefined,
  control: () => undefined,
  ask: () => ({ kind: "unavailable", why: "nobody asks here" }),
};

/** Of an operator who has signed in. */
let headers: Readonly<Record<string, string>>;

beforeEach(async () => {
  const house = await openHouse();
  const { demand: _, ...network } = smallNetwork();
  server = await wholeServer(
    house,
    {},
    {
      networkView: () => ({ network, midnightAt: 5, plantStepMs: 1000, intervalMs: 300_000 }),
      desk: NO_OPERATORS,
    },
  );
  headers = await signedIn(server, house, "operator");
  reference = (await get("/api/openapi.json")).json<Reference>();
});

const get = async (url: string) => await server.inject({ method: "GET", url, headers });

const operations = () =>
  Object.entries(reference.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );

describe("the reference", () => {
  it("has every operation, each with what it is for, who may, and what it answers", () => {
    expect(reference.openapi).toBe("3.1.0");
    for (const { name, operation } of operations()) {
      expect(operation.tags, name).not.toContain("Not described");
      expect(operation.summary, name).not.toBe("");
      const answers = Object.values(operation.responses);
      expect(answers.length, name).toBeGreaterThan(0);
      expect(
        answers.every(({ description }) => description !== ""),
        name,
      ).toBe(true);
    }
  });

  it("describes no operation that there is not", () => {
    const there = new Set(operations().map(({ name }) => name.replaceAll(/\{([^}]*)\}/g, ":$1")));
    expect(Object.keys(OPERATIONS).filter((name) => !there.has(name))).toEqual([]);
  });

  /** After a change that is meant: npx vitest run test/server/reference.test.ts -u */
  it("is as it was, but for changes that are meant", async () => {
    const outline = operations()
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, operation }) => {
        const { parameters = [], requestBody, responses } = operation;
        const asked = parameters.map((one) => `${one.in}:${one.name}${one.required === true ? "" : "?"}`);
        const parts = [...asked, ...(requestBody === undefined ? [] : ["body"])];
        return `${name} (${parts.join(" ")}) -> ${Object.keys(responses).join(" ")}`;
      });
    await expect(`${outline.join("\n")}\n`).toMatchFileSnapshot("api-outline.txt");
  });

  it("checks nothing: a body is answered by who reads it, with every fault", async () => {
    const answer = await server.inject({
      method: "POST",
      url: "/api/alarms/x/acknowledge",
      headers,
      payload: { who: 1 },
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ faults: expect.any(Array) });
  });

  it("is a page too, wherever the server is mounted", async () => {
    const answer = await get("/api/docs");
    expect([answer.statusCode, answer.headers.location]).toEqual([302, "../docs.html"]);
  });
});

describe("schemas of messages", () => {
  it("are published by name, and say which there are", async () => {
    const names = (await get("/api/schemas")).json<{ readonly path: string }[]>();
    for (const { path } of names) {
      const { statusCode, headers: answered, body } = await get(path);
      expect(statusCode, path).toBe(200);
      expect(answered["content-type"]).toContain("application/schema+json");
      expect(JSON.parse(body)).toHaveProperty("anyOf");
    }
    const unknown = await get("/api/schemas/weather.json");
    expect([unknown.statusCode, unknown.json()]).toEqual([
      404,
      {
        error: expect.stringContaining(
          "no schema weather.json; there are live-message.json, live-request.json",
        ),
      },
    ]);
  });

  it("say what the types say", () => {
    expect(SCHEMAS_ARE_THE_TYPES).toEqual([true, true]);
  });

  it("hold what a running engine tells its consoles", () => {
    const accepted = Compile(LiveMessageSchema);
    const hand = handClock();
    const stage = createStage(hand.clock);
    const { one, messages } = viewer();
    stage.join(one);
    let loop = startLoop({ mode: "adaptive" });
    for (const seconds of [60, 60, 5, 5, 5]) {
      loop = runLoop(loop, seconds);
      const { state, tables, effects } = loop;
      stage.show({
        state,
        tables,
        effects: effects.slice(-200),
        traffic: { type: "traffic", seq: 1, at: state.now, vehicles: [1, 2, 3, 4, 5] },
        measures: undefined,
        speedFactor: 10,
        dropped: { detections: 1 },
      });
      hand.advance(100);
    }
    const kinds = new Set(messages.map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(["detail", "log", "frame", "delta", "decisions"]));
    for (const message of messages) {
      expect(accepted.Check(message), JSON.stringify([message.kind, accepted.Errors(message)])).toBe(true);
    }
    expect(accepted.Check({ ...messages.at(-1), weather: "fine" }), "nor anything else").toBe(false);
  });

  it("of the network holds the network", async () => {
    const answer: unknown = (await get("/api/network")).json();
    expect(Compile(NetworkViewSchema).Check(answer)).toBe(true);
  });
});
