import type { FastifyInstance } from "fastify";
import type { House } from "./signed-in.ts";

export type Headers = Readonly<Record<string, string>>;

export async function send(
  server: FastifyInstance,
  method: "POST" | "PUT" | "DELETE",
  url: string,
  body: unknown,
  headers: Headers = {},
) {
  return await server.inject({
    method,
    url,
    headers: { "content-type": "application/json", ...headers },
    payload: typeof body === "string" ? body : JSON.stringify(body),
  });
}

/** What a sign-in page sends. */
export const signIn = async (server: FastifyInstance, body: unknown, headers: Headers = {}) =>
  await send(server, "POST", "/api/sign-in", body, headers);
/** The status of asking who is signed in. */
export const me = async (server: FastifyInstance, headers: Headers) =>
  (await server.inject({ method: "GET", url: "/api/me", headers })).statusCode;
/** The cookie that an answer sets for the session. */
export const sessionOf = (answer: Awaited<ReturnType<typeof signIn>>): string => {
  const set = [answer.headers["set-cookie"] ?? []].flat().find((one) => one.startsWith("phasewise-session="));
  return set?.split(";")[0] ?? "";
};

export const PASSWORD = "correct horse battery";

/** An account with this password. */
export async function account(
  { people }: House,
  name = "ann",
  role: "operator" | "administrator" = "operator",
) {
  const added = await people.add({ name, role }, "test");
  if (!added.ok) throw new Error(added.error.why);
  const used = await people.useLink(added.value.secret, { password: PASSWORD });
  if (!used.ok) throw new Error(used.error.why);
}
