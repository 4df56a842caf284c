/** What a schedule shares with an earlier one is gone over: it must come to what stepping does. */
import { Explorer, type Program } from "@forkpath/interleave";
import { expect, test } from "vitest";
import { parseStrategy } from "../src/index.ts";
import { litmusFile, litmusNames } from "./litmus-files.ts";

const MOST = 60;

function found<S>(program: Program<S>): unknown {
  const explorer = new Explorer(program, parseStrategy("dpor", 1), { max: MOST });
  while (explorer.advance());
  return explorer.result();
}

test.each(litmusNames)("%s: a beginning that is gone over, or stepped through", (name) => {
  const litmus = litmusFile(name, { everywhere: true });
  const { passing, ...stepped } = litmus;
  expect(passing).toBeDefined();
  expect(found(litmus)).toEqual(found(stepped));
});
