/** The recorded kernel and the model agree: every field of every public vector. */
import { loadVectors } from "@forkpath/conformance";
import { expect, test } from "vitest";
import { forkpathModel, runVector } from "../src/index.ts";

/** Room for a machine that has other things to do. */
const TIMEOUT_MS = 60_000;

test.for([
  { how: "run to completion", interleaved: false },
  { how: "stopped at every schedule point", interleaved: true },
])("all 458 public vectors pass, $how", { timeout: TIMEOUT_MS }, ({ interleaved }) => {
  const verdicts = loadVectors().map((vector) => {
    const { differences, problem } = runVector(vector, forkpathModel({ interleaved }));
    return { id: vector.id, differences, problem };
  });
  expect(verdicts).toHaveLength(458);
  const failed = verdicts.filter((one) => one.problem !== undefined || one.differences.length > 0);
  expect(failed).toEqual([]);
});
