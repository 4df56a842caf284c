/** Completion: at a place of a text, the words that the schema knows. */
import schema from "@forkpath/scenario/schema.json" with { type: "json" };
import { describe, expect, test } from "vitest";
import { type Schema, suggest } from "../src/editor/complete.ts";
import { placeAt } from "../src/editor/context.ts";

/** The cursor is where the bar is. */
function at(drawn: string): { path: readonly string[]; kind: string; words: string[] } {
  const pos = drawn.indexOf("|");
  const place = placeAt(drawn.replace("|", ""), pos);
  const words = suggest(schema as unknown as Schema, place).map((one) => one.text);
  return { path: place.path, kind: place.kind, words };
}

const PLACES: readonly (readonly [name: string, drawn: string, wanted: readonly string[]])[] = [
  ["the outermost keys", "ti|", ["title", "steps", "processes", "machine"]],
  ["keys that are there already are left out", "title: x\n|", ["machine", "steps"]],
  ["the machine, in block style", "machine:\n  mem|", ["memory", "swap", "kernel"]],
  ["the machine, in flow style", "machine: { memory: 1M, k| }", ["kernel", "nrCpus"]],
  ["a value of a few", "machine: { kernel: v| }", ["el6", "v6.18"]],
  ["a flag", "processes:\n  a: { admin: | }", ["true", "false"]],
  ["a mapping in a mapping", "processes:\n  a:\n    mappings:\n      heap: { k|", ["kind", "size"]],
  ["its kind", "processes:\n  a:\n    mappings:\n      heap: { kind: s|", ["stack", "shmem"]],
  ["a step, in block style", "steps:\n  - fo|", ["fork", "write", "exit"]],
  ["a second key of a step", "steps:\n  - fork: a\n    |", ["as", "times", "note"]],
  ["a step, in flow style", "steps:\n  - { fork: a, a|", ["as", "times"]],
  ["a list that is not indented", "steps:\n- fork: a\n  no|", ["note", "expect"]],
  [
    "expectations of a step",
    "steps:\n  - fork: a\n    expect:\n      - { process: a, Vm|",
    ["VmRSS"],
  ],
  ["a list inside of brackets", "steps: [{ fork: a }, { wr|", ["write"]],
];

describe.each(PLACES)("%s", (_, drawn, wanted) => {
  test(drawn.split("\n").at(-1) ?? "", () => {
    expect(at(drawn).words).toEqual(expect.arrayContaining([...wanted]));
  });
});

test("what does not fit there is left out", () => {
  expect(at("title: x\n|").words).not.toContain("title");
  expect(at("steps:\n  - fork: a\n    |").words).not.toContain("write");
  expect(at("machine: { kernel: | }").words).not.toContain("memory");
  expect(at("title: |").words).toEqual([]);
});

test("comments and quotes have no brackets", () => {
  expect(at("# a { comment\ntitle: 'a { quote'\nmachine:\n  |").path).toEqual(["machine"]);
});
