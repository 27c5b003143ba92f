import type { FastifyReply } from "fastify";
import type { Fault } from "../model/fault.ts";
import type { PeopleFault } from "../ports/people.ts";

/** A fault of a request's body in one line. */
export function faultText({ pointer, found, allowed }: Fault): string {
  return `body#${pointer}: found ${found}, allowed: ${allowed}`;
}

export async function bodyFault(reply: FastifyReply, faults: readonly Fault[]): Promise<FastifyReply> {
  return await reply.code(400).send({ error: faults.map(faultText).join("; ") });
}

export async function peopleFault(reply: FastifyReply, { kind, why }: PeopleFault): Promise<FastifyReply> {
  return await reply.code(kind === "unstored" ? 503 : 409).send({ error: why });
}
