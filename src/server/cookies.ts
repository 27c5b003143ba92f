import type { FastifyReply, FastifyRequest } from "fastify";

/** What browsers keep for us: who is signed in, and the token of a display that shows and never asks. */
type CookieName = "session" | "display";

/**
 * Browsers do not tell ports of a host apart, so that two engines on one machine would sign each other's people out: the port is in the name. With TLS the prefix
 * binds a cookie to this very host.
 */
function nameOf({ raw, protocol }: FastifyRequest, name: CookieName): string {
  const port = raw.socket.localPort;
  const own = `phasewise-${name}${port === undefined ? "" : `-${port}`}`;
  return protocol === "https" ? `__Host-${own}` : own;
}

export function readCookie(request: FastifyRequest, name: CookieName): string | undefined {
  return request.cookies[nameOf(request, name)];
}

/** Not for scripts, not for other sites, not for other paths. */
export function setCookie(reply: FastifyReply, name: CookieName, secret: string, forMs: number): void {
  const { request } = reply;
  void reply.setCookie(nameOf(request, name), secret, {
    ...attributes(request),
    maxAge: Math.floor(forMs / 1000),
  });
}

export function clearCookie(reply: FastifyReply, name: CookieName): void {
  void reply.clearCookie(nameOf(reply.request, name), attributes(reply.request));
}

function attributes({ protocol }: FastifyRequest) {
  return { path: "/", httpOnly: true, sameSite: "strict", secure: protocol === "https" } as const;
}
