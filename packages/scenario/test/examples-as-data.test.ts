/** `@forkpath/scenario/examples` has what the repository's folder has. */
import { expect, test } from "vitest";
import { gatherExamples } from "../scripts/gather-examples.ts";
import {
  exampleNames,
  listExamples,
  readExample,
  withoutSchemaLine,
} from "../src/examples/list.ts";
import { parseScenario } from "../src/index.ts";

const KINDS = ["history", "litmus"] as const;
const files = gatherExamples();

test.each(KINDS)("each %s is there as its file is: `pnpm examples` writes them", async (kind) => {
  const listed = listExamples(kind);
  expect(listed.length).toBeGreaterThan(12);
  expect(exampleNames(kind)).toEqual(listed.map(({ name }) => name));
  expect(Object.fromEntries(listed.map(({ name, title }) => [name, title]))).toEqual(
    files.titles[kind],
  );
  const texts = await Promise.all(listed.map(({ name }) => readExample(kind, name)));
  expect(texts).toEqual(Object.values(files.texts[kind]));
});

test("only litmuses have threads to explore, and all of them have", async () => {
  for (const kind of KINDS) {
    for (const { name } of listExamples(kind)) {
      const { threads } = parseScenario((await readExample(kind, name)) ?? "", name);
      expect([name, threads.size > 0]).toEqual([name, kind === "litmus"]);
    }
  }
});

test("a name that none has gives undefined, whatever it is", async () => {
  const names = ["", "first", "d01-exec-arguments", "constructor", "__proto__", "first-fork.yaml"];
  const found = await Promise.all(names.map((name) => readExample("history", name)));
  expect(found).toEqual(names.map(() => undefined));
});

test("the line for editors of the repository can be left out, and nothing else goes", async () => {
  const text = (await readExample("history", "first-fork")) ?? "";
  const [first, ...rest] = text.split("\n");
  expect(first).toContain("yaml-language-server");
  expect(withoutSchemaLine(text)).toBe(rest.join("\n"));
  expect(withoutSchemaLine(rest.join("\n"))).toBe(rest.join("\n"));
});
