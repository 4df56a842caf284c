/**
 * One machine for all schedules, taken back each time, held against a machine of its own for each:
 * they must run alike, event for event. State that a snapshot cannot reach would show here.
 */
import { random } from "@forkpath/interleave";
import { expect, test } from "vitest";
import { litmusFile, litmusNames } from "./litmus-files.ts";
import { recordAll } from "./recorder.ts";

const RUNS = 6;
/** As often as it takes until there is a function for each shape of object. */
const OFTEN = 40;

test.each(litmusNames)("%s runs alike on a machine that was taken back", (name) => {
  const shared = litmusFile(name, { everywhere: true, compile: Function });
  const own = litmusFile(name, { everywhere: true, ownMachine: true });
  for (let time = 0; time < OFTEN; time++) shared.setup();
  const schedules = random(3, RUNS);
  expect(recordAll(shared, schedules, RUNS)).toEqual(recordAll(own, schedules, RUNS));
});
