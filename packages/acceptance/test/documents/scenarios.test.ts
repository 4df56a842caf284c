/** docs/scenarios.md says what the language is today, and its examples run. */
import { readFileSync } from "node:fs";
import { parseScenario, runScenario } from "@forkpath/scenario";
import { expect, test } from "vitest";
import { blocksIn, readDocument } from "../../documents/blocks.ts";
import { LANGUAGE, readExamples } from "../../documents/scenarios/examples.ts";
import { scenariosPage } from "../../documents/scenarios/page.ts";
import { OBJECTS, SUBJECT_FORMS, VERB_FORMS } from "../../documents/scenarios/schema.ts";

const PAGE = "docs/scenarios.md";
const template = readFileSync(`${LANGUAGE}/page.txt`, "utf8");
const examples = readExamples();
const textOf = (name: string): string => examples.get(name)?.text ?? "";

test("the page is current: `pnpm document` writes it", () => {
  expect(readDocument(PAGE)).toBe(scenariosPage(template, examples));
});

test("every example is on the page, where blocks.test.ts runs it", () => {
  const blocks = blocksIn(readDocument(PAGE)).filter(({ info }) => info === "yaml");
  expect(blocks).toHaveLength(examples.size);
});

/** Keys of `properties` that no line of the text has. */
const unused = (properties: object = {}, text: string): string[] =>
  Object.keys(properties).filter((key) => !new RegExp(`(^|[\\s{])${key}:`).test(text));

test("the defect on the page is cured as it says", () => {
  const scenario = parseScenario(textOf("parts/cure"), "cure.yaml");
  const { isOk, expectations } = runScenario(scenario, { cured: true });
  expect([isOk, expectations.length]).toEqual([true, 2]);
});

test("every key of a verb is in its example; those of mmap are in that of mappings", () => {
  for (const [verb, { properties }] of VERB_FORMS) {
    const more = verb === "mmap" ? textOf("parts/mappings") : "";
    expect([verb, unused(properties, textOf(`verbs/${verb}`) + more)]).toEqual([verb, []]);
  }
});

test("every fact is in the example of its subject; of events, some fields are", () => {
  for (const [subject, { properties }] of SUBJECT_FORMS) {
    if (subject === "events") continue;
    expect([subject, unused(properties, textOf(`facts/${subject}`))]).toEqual([subject, []]);
  }
});

test("every key besides is in some example", () => {
  const all = [...examples.values()].map(({ text }) => text).join("\n");
  for (const [name, { properties }] of Object.entries(OBJECTS)) {
    expect([name, unused(properties, all)]).toEqual([name, []]);
  }
});

test("what the template asks for and is not there is an error, and what it leaves out", () => {
  expect(() => scenariosPage("{{keys planet}}", examples)).toThrow("the language has no planet");
  expect(() => scenariosPage("{{verbs teleport}}", examples)).toThrow("no example verbs/teleport");
  expect(() => scenariosPage("{{poem spring}}", examples)).toThrow("no part of the kind poem");
  expect(() => scenariosPage("{{verbs fork}}", examples)).toThrow("the page does not show");
});
