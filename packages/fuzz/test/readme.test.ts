/** The example of README.md is run as it stands there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fuzz } from "../src/index.ts";

const readme = readFileSync(join(import.meta.dirname, "..", "README.md"), "utf8");

test("the example of the README prints what it says", () => {
  const [, code = ""] = /```ts\nimport[^\n]*\n(.*?)```/s.exec(readme) ?? [];
  const [, promised = ""] = /\/\/ (.*)/.exec(code) ?? [];
  const lines: string[] = [];
  const run = new Function("fuzz", "console", code);
  run(fuzz, { log: (...words: unknown[]) => lines.push(words.join(" ")) });
  expect(lines).toEqual([promised]);
});
