import { loadVectors } from "@forkpath/conformance";
import { expect, test } from "vitest";
import { runVector } from "../src/conform/run-vector.ts";

test.for([false, true])("every public vector passes, interleaved: %s", (interleaved) => {
  const failed = loadVectors()
    .map((vector) => ({ id: vector.id, ...runVector(vector, { interleaved }) }))
    .filter(({ mismatches, problem }) => mismatches.length > 0 || problem !== undefined)
    .map(({ id, mismatches, problem }) => ({ id, mismatches, problem }));
  expect(failed).toEqual([]);
});
