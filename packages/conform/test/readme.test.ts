/** The README's example, run. */
import { loadVectors } from "@forkpath/conformance";
import { expect, test } from "vitest";
import { forkpathModel, isPassed, type Model, runVector } from "../src/index.ts";

test("all vectors pass, and one that wants something else is told field by field", () => {
  const vectors = loadVectors();
  expect(vectors.map((vector) => runVector(vector)).filter(isPassed).length).toBe(458);
  const [first] = vectors;
  const spoilt = { ...first, expect: { ...first.expect, nrPtes: 7 } } as typeof first;
  expect(runVector(spoilt).differences).toEqual([{ path: "nrPtes", wanted: 7, got: 1 }]);

  // Any model can stand in: here one that forgets to count the child's page tables.
  const forgetful: Model = {
    build(vector, outside) {
      const run = forkpathModel().build(vector, outside);
      const look = (): ReturnType<typeof run.look> => {
        const state = run.look();
        return { ...state, child: { ...state.child, nrPtes: 0 } };
      };
      return { ...run, look };
    },
  };
  expect(runVector(first, forgetful).differences).toEqual([{ path: "nrPtes", wanted: 1, got: 0 }]);
});
