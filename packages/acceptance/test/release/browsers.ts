/**
 * What a README says of browsers is so: the example bundled for one runs where there is nothing of
 * Node.js, and that of a package which is not for browsers cannot be bundled at all.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { expect, test } from "vitest";
import type { Rehearsal } from "../../publish/rehearsal.ts";
import { libraries } from "./examples.ts";

/** Of what browsers have besides the language, that which the packages may use. */
const WEB = { structuredClone, TextDecoder, TextEncoder, DecompressionStream, Response, atob };

/** The example with all that it needs, as one script for a page. */
export async function bundle(folder: string, id: string): Promise<string> {
  const outfile = join(folder, `${id}.bundle.js`);
  await build({
    entryPoints: [join(folder, id, "example.js")],
    outfile,
    bundle: true,
    minify: true,
    platform: "browser",
    format: "iife",
    logLevel: "silent",
    supported: { "top-level-await": true },
  });
  return readFile(outfile, "utf8");
}

export const isForBrowsers = (readme: string): boolean => / and in browsers\.$/m.test(readme);

export function testBrowsers(rehearsal: () => Rehearsal): void {
  const examples = async (): Promise<string> => (await rehearsal().project("examples")).folder;

  test.each(libraries.filter(({ readme }) => isForBrowsers(readme)))(
    "$name needs nothing of Node.js",
    async ({ id, prints }) => {
      const printed: string[] = [];
      const log = (...values: readonly unknown[]): void => {
        printed.push(...values.map(textOf).join(" ").split("\n"));
      };
      const page = createContext({ ...WEB, console: { log } });
      await runInContext(await bundle(await examples(), id), page, { timeout: 60_000 });
      expect(printed).toEqual(prints);
    },
  );

  test.each(libraries.filter(({ readme }) => !isForBrowsers(readme)))(
    "$name is not for browsers",
    async ({ id }) => {
      await expect(bundle(await examples(), id)).rejects.toThrow("Could not resolve");
    },
  );
}

/** As a console shows it; values come from another realm. */
const textOf = (value: unknown): string => (typeof value === "string" ? value : inspect(value));
