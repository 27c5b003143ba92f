import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { openPeople, type OpenPeople } from "../../src/adapters/people/people.ts";
import { digestOf, freshSecret } from "../../src/adapters/people/secret.ts";
import type { Person, Role } from "../../src/model/role.ts";
import { type Attempts, createAttempts } from "../../src/server/attempts.ts";
import type { Door } from "../../src/server/door.ts";
import type { AccessEntry } from "../../src/server/witness.ts";
import { handTimer } from "../adapters/hand-timer.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";

/** The least that Argon2id takes: tests are not attacked. */
export const QUICK_COST = { memoryKibibytes: 8, iterations: 1 } as const;

/** A server's door, its people, its clock, and what it told the audit trail. */
export type House = {
  readonly door: Door;
  readonly people: OpenPeople;
  readonly file: string;
  readonly attempts: Attempts;
  readonly entries: AccessEntry[];
  readonly hand: ReturnType<typeof handTimer>;
  /** Lets wall time pass. */
  readonly pass: (durationMs: number) => void;
};

/** 2026-01-05, noon UTC. */
export const OPENED_AT = 1_767_614_400_000;

/** A house with a file of its own, or one more process on the file of another. */
export async function openHouse(more: Partial<Door> = {}, shared?: string): Promise<House> {
  const file = shared ?? join(await temporaryFolder(), "people.json");
  const hand = handTimer();
  let now = OPENED_AT;
  const people = openPeople({
    path: file,
    now: () => now,
    timer: hand.timer,
    failed: (message) => {
      throw new Error(message);
    },
    cost: QUICK_COST,
  });
  const attempts = createAttempts(() => now);
  const entries: AccessEntry[] = [];
  const door: Door = {
    people,
    attempts,
    freshSecret,
    digestOf,
    now: () => now,
    timer: hand.timer,
    audit: (entry) => entries.push(entry),
    ...more,
  };
  const pass = (durationMs: number): void => {
    now += durationMs;
    hand.pass(durationMs);
  };
  return { door, people, file, attempts, entries, hand, pass };
}

type Headers = Readonly<Record<string, string>>;

/** The headers of a guest of this role who signs in now. */
export async function signedIn(server: FastifyInstance, { people }: House, role: Role): Promise<Headers> {
  const answer = await server.inject({
    method: "POST",
    url: "/api/sign-in",
    headers: { "content-type": "application/json" },
    payload: JSON.stringify({ link: people.guestLink(role).secret }),
  });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return { cookie: cookiesOf([answer.headers["set-cookie"] ?? []].flat()) };
}

/** The same at a console's address, by a link's secret. */
export async function signedInAt(address: string, link: string): Promise<Headers> {
  const answer = await fetch(new URL("/api/sign-in", address), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ link }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return { cookie: cookiesOf(answer.headers.getSetCookie()) };
}

/** What a browser would send back: without attributes, and without what is deleted. */
function cookiesOf(set: readonly string[]): string {
  return set
    .map((one) => one.split(";")[0] ?? "")
    .filter((one) => !one.endsWith("="))
    .join("; ");
}

/** Routes alone, without a door: whoever asks is this person. To be called before they are registered. */
export function asked(server: FastifyInstance, person: Person): void {
  server.decorateRequest("person", null);
  server.addHook("onRequest", (request, _reply, done) => {
    request.person = person;
    done();
  });
}
