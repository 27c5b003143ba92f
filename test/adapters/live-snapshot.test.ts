import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { fetchSnapshot } from "../../src/adapters/live-snapshot.ts";

let server: Server | undefined;

afterEach(() => server?.close());

/** The address of an engine that answers so. */
async function engineSaying(status: number, text: string): Promise<string> {
  server = createServer((request, response) => {
    response.writeHead(request.url === "/api/snapshot" ? status : 404).end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const snapshot = { version: 1, network: "n", at: 7, midnightAt: 0, intersections: [], lanes: [], flows: [] };

it("is what the engine tells", async () => {
  await expect(fetchSnapshot(await engineSaying(200, JSON.stringify(snapshot)))).resolves.toEqual(snapshot);
});

it("is refused where it is none, with the place and what is allowed", async () => {
  const url = await engineSaying(200, JSON.stringify({ ...snapshot, at: "now" }));
  await expect(fetchSnapshot(url)).rejects.toMatchObject({
    code: "DATA_INVALID",
    message: expect.stringMatching(/\/api\/snapshot#\/at: found "now", allowed: be integer/),
  });
  server?.close();
  await expect(fetchSnapshot(await engineSaying(200, "<html>"))).rejects.toMatchObject({
    code: "DATA_INVALID",
  });
});

it("says what the engine says where it has no street yet", async () => {
  await expect(fetchSnapshot(await engineSaying(503, '{"error":"no plant"}'))).rejects.toThrow(
    /answered 503: \{"error":"no plant"\}/,
  );
});

it("tells addresses that are none from engines that are not there", async () => {
  await expect(fetchSnapshot("corridor")).rejects.toMatchObject({ code: "OPTION_INVALID" });
  const url = await engineSaying(200, "");
  server?.close();
  await expect(fetchSnapshot(url)).rejects.toMatchObject({ code: "LINK_FAILED" });
});
