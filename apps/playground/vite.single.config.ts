/**
 * The whole page as one file, `playground.html`: to attach to a ticket, or to open from a disk.
 * Browsers load no module and no worker from `file:`, so script, style and worker stand inside.
 */
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import shared from "./vite.config.ts";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Nothing is loaded at all: what runs is what the file has. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data:; worker-src blob: data:";

const inOneFile: Plugin = {
  name: "in-one-file",
  enforce: "post",
  generateBundle: {
    order: "post", // when all others have put their last words into the scripts
    handler(_, bundle) {
      const files = Object.values(bundle);
      const page = files.find(({ fileName }) => fileName === "index.html");
      if (page?.type !== "asset") throw new TypeError("in-one-file: there is no page");
      const scripts = files.flatMap((file) => (file.type === "chunk" ? file.code : []));
      const styles = files.flatMap((file) =>
        file.type === "asset" && file.fileName.endsWith(".css") ? String(file.source) : [],
      );
      for (const { fileName } of files) delete bundle[fileName];
      const html = String(page.source)
        .replace(/content="default-src[^"]*"/, () => `content="${POLICY}"`)
        .replace(/<link rel="(?:icon|stylesheet|modulepreload)"[^>]*>/g, "")
        .replace(/<script type="module"[^>]*><\/script>/, "")
        .replace("</head>", () => `<style>${styles.join("\n")}</style></head>`)
        .replace(
          "</body>",
          () => `<script type="module">${scripts.map(inert).join("\n")}</script></body>`,
        );
      this.emitFile({ type: "asset", fileName: "playground.html", source: html });
    },
  },
};

/** A script element ends at the first text that looks like its end. */
const inert = (script: string): string => script.replaceAll("</script", "<\\/script");

export default defineConfig({
  ...shared,
  publicDir: false,
  resolve: {
    ...shared.resolve,
    alias: { "./worker/make.ts": path("./src/worker/make-inline.ts") },
  },
  // A module that was loaded from a text never answers; a script does, in one piece.
  worker: {
    ...shared.worker,
    format: "iife",
    rolldownOptions: { output: { codeSplitting: false } },
  },
  plugins: [inOneFile],
  build: {
    target: "es2023",
    outDir: "dist",
    emptyOutDir: false,
    sourcemap: false,
    cssCodeSplit: false,
    modulePreload: false,
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    rolldownOptions: { output: { codeSplitting: false } },
  },
});
