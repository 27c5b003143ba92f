import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

/** The pages of the built console, which whoever may view may have, and the one by which people sign in. */
const PAGES = {
  "/": "index.html",
  "/index.html": "index.html",
  "/wall": "wall.html",
  "/docs.html": "docs.html",
} as const;

/**
 * The console's files. Scripts and styles are the same in every installation and hold nothing of any street: the sign-in page needs some of them, so that they are
 * public.
 */
export async function pageRoutes(server: FastifyInstance, folder: string): Promise<void> {
  await server.register(fastifyStatic, { root: folder, serve: false, index: false });
  for (const [url, file] of Object.entries(PAGES)) {
    // A page that was kept would show itself to whoever comes after the one who signed out.
    server.get(url, { config: { access: "view" } }, (_request, reply) =>
      reply.sendFile(file, { cacheControl: false }),
    );
  }
  server.get("/sign-in", { config: { access: "public" } }, (_request, reply) =>
    reply.sendFile("sign-in.html", { cacheControl: false }),
  );
  server.get<{ Params: { readonly "*": string } }>(
    "/assets/*",
    { config: { access: "public" } },
    // Their names hold the digest of their content.
    (request, reply) => reply.sendFile(`assets/${request.params["*"]}`, { maxAge: "365d", immutable: true }),
  );
}
