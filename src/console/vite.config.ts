import { defineConfig } from "vite";

export default defineConfig({
  // Relative to the repository's root, where npm runs scripts.
  root: "src/console",
  // The server may mount the console below any path.
  base: "./",
  build: {
    outDir: "../../dist/console",
    emptyOutDir: true,
    // Everything from the same origin: an inlined asset would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The console, and pages of their own: signing in, the wall, the reference of the API.
    rolldownOptions: {
      input: [
        "src/console/index.html",
        "src/console/sign-in.html",
        "src/console/wall.html",
        "src/console/docs.html",
      ],
    },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
});
