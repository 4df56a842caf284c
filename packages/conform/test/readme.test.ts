/** The README's example, run. */
import { loadVectors } from "@forkpath/conformance";
import { expect, test } from "vitest";
import { isPassed, runVector } from "../src/index.ts";

test("all vectors pass, and one that wants something else is told field by field", () => {
  const vectors = loadVectors();
  expect(vectors.map((vector) => runVector(vector)).filter(isPassed).length).toBe(458);
  const [first] = vectors;
  const spoilt = { ...first, expect: { ...first.expect, nrPtes: 7 } } as typeof first;
  expect(runVector(spoilt).mismatches).toEqual([{ path: "nrPtes", wanted: 7, got: 1 }]);
});
