import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { X509Certificate } from "node:crypto";
import { createServer } from "node:https";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { type LinkTrust, websocketConnector } from "../../src/adapters/websocket-link.ts";
import { authorityOption, tlsOption } from "../../src/cli/tls.ts";
import { NO_CHANGES } from "../server/no-changes.ts";
import { openHouse } from "../server/signed-in.ts";
import { NO_DESK } from "../server/scenes.ts";
import { wallClock } from "../../src/cli/wall-clock.ts";
import { SUBPROTOCOL } from "../../src/protocol/frames.ts";
import { createStage } from "../../src/server/live.ts";
import { buildServer } from "../../src/server/server.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";

const run = promisify(execFile);

/** Why no certificate can be made here; empty where one can. */
const missing = await run("openssl", ["version"]).then(
  () => "",
  () => " (skipped: no openssl here)",
);

const pinned = (pem: string): LinkTrust => ({
  kind: "pinned",
  fingerprint256: new X509Certificate(pem).fingerprint256,
});

describe("without files of its own", () => {
  it("is unencrypted unless both options are given", async () => {
    expect(await tlsOption({})).toBeUndefined();
    await expect(tlsOption({ tlsCert: "a.pem" })).rejects.toThrow("--tls-cert needs --tls-key beside it");
    await expect(tlsOption({ tlsKey: "a.pem" })).rejects.toThrow("--tls-key needs --tls-cert beside it");
    expect(await authorityOption({})).toBeUndefined();
  });

  it("names the file that cannot be read, or is none", async () => {
    const nonsense = join(await temporaryFolder(), "nonsense.pem");
    await writeFile(nonsense, "secret nonsense");
    const options = { tlsCert: "/nowhere/cert.pem", tlsKey: nonsense };
    await expect(tlsOption(options)).rejects.toMatchObject({
      code: "DATA_MISSING",
      message: expect.stringContaining("--tls-cert /nowhere/cert.pem: cannot be read"),
    });
    await expect(tlsOption({ tlsCert: nonsense, tlsKey: nonsense })).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: `--tls-cert ${nonsense}: no certificate in PEM`,
    });
    await expect(authorityOption({ ca: nonsense })).rejects.toThrow(
      `--ca ${nonsense}: no certificate in PEM`,
    );
  });
});

describe.skipIf(missing !== "")(`with certificates${missing}`, () => {
  let folder: string;
  let cert: string;
  let tls: { readonly cert: string; readonly key: string };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "phasewise-"));
    for (const name of ["one", "other"]) {
      const [key, out] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
      const subject = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=IP:127.0.0.1"];
      const made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
      await run("openssl", ["req", "-x509", ...made, ...subject, "-keyout", key, "-out", out]);
    }
    cert = join(folder, "one.pem");
    tls = { cert: await readFile(cert, "utf8"), key: await readFile(join(folder, "one.key"), "utf8") };
  });

  afterAll(async () => await rm(folder, { recursive: true }));

  it("takes a certificate and its key, and no other key", async () => {
    expect(await tlsOption({ tlsCert: cert, tlsKey: join(folder, "one.key") })).toEqual(tls);
    const otherKey = join(folder, "other.key");
    await expect(tlsOption({ tlsCert: cert, tlsKey: otherKey })).rejects.toThrow(
      `--tls-key ${otherKey}: not the key of ${cert} (CN=one)`,
    );
    await expect(tlsOption({ tlsCert: cert, tlsKey: cert })).rejects.toThrow("no private key in PEM");
  });

  it("serves links over wss to who trusts it, and nothing to who does not", async () => {
    const accepted: string[] = [];
    const server = await buildServer({
      networkView: () => undefined,
      snapshot: () => undefined,
      stage: createStage(wallClock),
      alarms: NO_DESK,
      engine: () => undefined,
      acceptLink: (socket) => accepted.push(socket.protocol),
      consoleFolder: folder,
      frameBytesMax: 1000,
      knowsHost: () => true,
      door: (await openHouse()).door,
      changes: NO_CHANGES,
      tls,
    });
    const address = await server.listen({ host: "127.0.0.1", port: 0 });
    expect(address).toMatch(/^https:/);
    const url = `${address.replace("http", "ws")}/link`;
    const connect = async (trust?: LinkTrust) => {
      const listener = { message: () => undefined, closed: () => undefined };
      const link = await websocketConnector(url, wallClock.after, trust)(listener);
      link.close(1000, "seen");
    };
    const other = await readFile(join(folder, "other.pem"), "utf8");
    await connect({ kind: "authorities", ca: tls.cert });
    await connect(pinned(tls.cert));
    await expect(connect(), "nobody of the system certifies it").rejects.toThrow("no engine answers");
    await expect(connect({ kind: "authorities", ca: other })).rejects.toThrow("no engine answers");
    await expect(connect(pinned(other))).rejects.toThrow("another certificate than the one expected");
    expect(new Set(accepted)).toEqual(new Set([SUBPROTOCOL]));
    await server.close();
  });

  it("tells who has another certificate nothing but that it asks", async () => {
    const impostor = createServer(tls);
    const heard: string[] = [];
    new WebSocketServer({ server: impostor }).on("connection", (socket) => {
      socket.on("message", (data: Buffer) => heard.push(data.toString("utf8")));
    });
    await once(impostor.listen(0, "127.0.0.1"), "listening");
    const { port } = impostor.address() as AddressInfo;
    const other = await readFile(join(folder, "other.pem"), "utf8");
    const connector = websocketConnector(`wss://127.0.0.1:${port}/link`, wallClock.after, pinned(other));
    await expect(connector({ message: () => undefined, closed: () => undefined })).rejects.toThrow(
      "another certificate",
    );
    expect(heard).toEqual([]);
    impostor.closeAllConnections();
    impostor.close();
  });
});
