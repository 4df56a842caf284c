/** Completion: at a place of a text, the words that the schema knows. */
import schema from "@forkpath/scenario/schema.json" with { type: "json" };
import { describe, expect, test } from "vitest";
import { type Schema, suggest } from "../src/editor/complete.ts";
import { placeAt } from "../src/editor/context.ts";
import { PLACES } from "./places.ts";

/** The cursor is where the bar is. */
function at(drawn: string): { path: readonly string[]; kind: string; words: string[] } {
  const pos = drawn.indexOf("|");
  const place = placeAt(drawn.replace("|", ""), pos);
  const words = suggest(schema as unknown as Schema, place).map((one) => one.text);
  return { path: place.path, kind: place.kind, words };
}

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
