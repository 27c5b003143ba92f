import Fastify from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";
import type { StorePageQuery, StorePages } from "../../src/ports/store.ts";
import { historyRoutes } from "../../src/server/history.ts";

type Asked = { readonly table: string; readonly query: StorePageQuery };

async function serverOver(answer: Awaited<ReturnType<StorePages["page"]>> | undefined) {
  const asked: Asked[] = [];
  const server = Fastify({ ajv: { customOptions: { removeAdditional: false } } });
  onTestFinished(async () => await server.close());
  const page: StorePages["page"] = (table, query) => {
    asked.push({ table, query });
    return Promise.resolve(answer ?? { ok: false, error: "nothing" });
  };
  await server.register(historyRoutes(answer === undefined ? undefined : { page }));
  return { asked, get: async (url: string) => await server.inject({ method: "GET", url }) };
}

const PAGE = { ok: true, value: { text: '[{"at":5}]', cursor: "5.0" } } as const;

describe("GET /api/history/<table>", () => {
  it("gives a page of rows as JSON, with where the next one begins", async () => {
    const { asked, get } = await serverOver(PAGE);
    const { statusCode, body, headers } = await get("/api/history/plans?from=5&to=9&intersection=a&limit=1");
    expect([statusCode, JSON.parse(body)]).toEqual([200, { cursor: "5.0", rows: [{ at: 5 }] }]);
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
    const query = { from: 5, to: 9, intersection: "a", format: "json", limit: 1 };
    expect(asked).toEqual([{ table: "plans", query }]);
  });

  it("gives it as CSV, the cursor beside it", async () => {
    const { asked, get } = await serverOver({ ok: true, value: { text: "at_ms\r\n5\r\n", cursor: "5.0" } });
    const { body, headers } = await get("/api/history/events?from=0&to=9&format=csv&cursor=4.2");
    expect(body).toBe("at_ms\r\n5\r\n");
    expect([headers["content-type"], headers["x-next-cursor"]]).toEqual(["text/csv; charset=utf-8", "5.0"]);
    expect(asked[0]?.query).toMatchObject({ cursor: "4.2", limit: 1_000 });
  });

  it.each([
    ["/api/history/events?to=9", "must have required property 'from'"],
    ["/api/history/events?from=yesterday&to=9", "from must be integer"],
    ["/api/history/events?from=0&to=9&limit=10001", "limit must be <= 10000"],
    ["/api/history/events?from=0&to=9&cursor=1;DROP", 'cursor must match pattern "^\\d{1,16}\\.\\d{1,16}$"'],
    [
      "/api/history/events?from=0&to=9&code=82",
      "must NOT have additional properties: allowed are from, to, intersection, format, limit, cursor",
    ],
    [
      "/api/history/places?from=0&to=9",
      "table must be equal to one of the allowed values: events, intervals, forecasts, plans, decisions, alarms, audit, runs",
    ],
  ])("refuses %s in words", async (url, error) => {
    const { asked, get } = await serverOver(PAGE);
    const { statusCode, body } = await get(url);
    expect([statusCode, JSON.parse(body)]).toEqual([400, { error }]);
    expect(asked).toEqual([]);
  });

  it("says why there is no answer", async () => {
    const late = await serverOver({ ok: false, error: "not answered within 10000 ms" });
    expect((await late.get("/api/history/events?from=0&to=9")).json()).toEqual({
      error: "not answered within 10000 ms",
    });
    const none = await serverOver(undefined);
    const { statusCode, body } = await none.get("/api/history/events?from=0&to=9");
    expect([statusCode, JSON.parse(body)]).toEqual([
      503,
      { error: "no history is kept: start without --history off" },
    ]);
  });
});
