/** The README's example, run. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bounded, explore } from "@forkpath/interleave";
import { parseScenario } from "@forkpath/scenario";
import { expect, test } from "vitest";
import { explainFailure, patrol, scenarioLitmus } from "../src/index.ts";

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
/** The scenario inside the example. */
const text = /const text = `\n([^`]*)`;/.exec(readme)?.[1] ?? "";

test("the example of the README", () => {
  const litmus = scenarioLitmus("vfork", parseScenario(text));
  const [finding] = patrol(litmus);
  expect(readme).toContain(`"${finding.message}"`);

  const found = explore(litmus, bounded(1));
  const { message, plainest, witness } = explainFailure(litmus, found.failures[0]);
  expect(message).toMatch(/^worker anonRss: wanted 2 pages, got 1 page; recount: /);
  expect(plainest).toMatch(/^vfork@v1:a\d+b\d+$/);
  expect(witness[0]).toMatch(/^exec +fault$/);
  expect(witness.join("\n")).toMatch(/acct_arg_size {2}load anon_rss of mm1: \d/);
  expect(witness.join("\n")).toMatch(/do_anonymous_page {2}store anon_rss of mm1: \d/);
});
