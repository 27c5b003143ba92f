import type { FastifyInstance } from "fastify";

/** Everything comes from this server and nothing else may be loaded, framed, or sent to. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const POLICY = "content-security-policy";

const HEADERS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
} as const;

const YEAR_SECONDS = 31_536_000;

/** What every answer tells a browser; only scripts and styles may be kept, and nothing that is of the street or of people. */
export function answerHeaders(server: FastifyInstance): void {
  server.addHook("onSend", (request, reply, payload, done) => {
    void reply.headers(HEADERS);
    // A document that stands by itself has a stricter one.
    if (!reply.hasHeader(POLICY)) void reply.header(POLICY, CONTENT_SECURITY_POLICY);
    if (request.routeOptions.url !== "/assets/*") void reply.header("cache-control", "no-store");
    if (request.protocol === "https") {
      void reply.header("strict-transport-security", `max-age=${YEAR_SECONDS}`);
    }
    done(null, payload);
  });
}
