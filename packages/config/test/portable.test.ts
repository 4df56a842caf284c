/** Sources that reach files or processes do it on every system. */
import { expect, test } from "vitest";
import { alone, rules } from "./fixture.ts";

const FS = 'import { readFileSync } from "node:fs";\n';
/** Sources are written with § for the dollar of a template. */
const cli = (text: string): string[] => rules(alone("cli", FS + text.replaceAll("§", "$")));

test.each([
  "const text = readFileSync(`§{folder}/smaps`);",
  "const place = `§{folder}/§{name}`;",
  'spawn("bash", ["-c", line]);',
  "spawn(name, words, { shell: true });",
  'import { execSync } from "node:child_process";',
])("may not depend on one system: %s", (text) => {
  expect(cli(text)).toContain("packages/cli/src/a.ts:2 portable");
});

test.each([
  'const text = readFileSync(join(folder, "smaps"));',
  "const url = `http://§{host}/§{page}`;",
  'execFile("gcc", words);',
  "const text = readFileSync(`/proc/§{pid}/maps`);",
  "const text = `§{done} of §{all}`;",
])("may: %s", (text) => {
  expect(cli(text).filter((rule) => rule.includes("portable"))).toEqual([]);
});

test("a source that reaches no files may write any text", () => {
  const text = "const rate = `§{pages}/§{second}`;".replaceAll("§", "$");
  expect(rules(alone("explore", text))).toEqual([]);
});
