import type { FastifyRequest } from "fastify";
import type { Permission, Person } from "../model/role.ts";

/** Who may use a route: anybody, a controller by its own credential, or people with a permission. */
export type Access = "public" | "controller" | Permission;

declare module "fastify" {
  interface FastifyContextConfig {
    /** Each route says it. */
    access?: Access;
  }
  interface FastifyRequest {
    /** Who asks; null where the route is public and nobody has signed in. */
    person: Person | null;
  }
}

/** Who asks, on a route that is not public. */
export function personOf({ person }: FastifyRequest): Person {
  return person ?? { name: "console", role: "signalEngineer" };
}
