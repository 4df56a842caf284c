/**
 * What a profile calls recorded, a recording tells: it passes, and fails when that one rule answers
 * as on the nearest release that has another answer.
 */
import { answerOf, KERNELS, type KernelName, type Rule } from "@forkpath/abi";
import { loadVectors } from "@forkpath/conformance";
import { evidenceFor, RELEASES, rulesOn } from "@forkpath/kernel";
import { loadHistories, RECORDED_KERNELS, RECORDINGS } from "@forkpath/recordings";
import { describe, expect, test } from "vitest";
import { forkpathModel, isPassed, runHistory, runVector } from "../src/index.ts";

/** The older of two that are equally near. */
function nearestOther(rule: Rule<unknown>, kernel: KernelName): KernelName {
  const { by } = answerOf(rule, kernel);
  const place = KERNELS.indexOf(kernel);
  const others = KERNELS.filter((other) => answerOf(rule, other).by !== by);
  const distance = (other: KernelName): number => Math.abs(KERNELS.indexOf(other) - place);
  return others.toSorted((left, right) => distance(left) - distance(right))[0];
}

interface Told {
  readonly name: string;
  readonly id: string;
  readonly other: KernelName;
}

const toldOn = (kernel: KernelName): readonly Told[] =>
  rulesOn(kernel).flatMap(({ name, rule }) => {
    const { how, by: id } = evidenceFor(kernel, name, rule);
    return how === "recorded" ? [{ name, id, other: nearestOther(rule, kernel) }] : [];
  });

describe.each(RECORDED_KERNELS.map((kernel) => [kernel] as const))("%s", (kernel) => {
  const histories = new Map(
    RECORDINGS.flatMap((recording) => loadHistories(kernel, recording)).map((one) => [one.id, one]),
  );
  const told = toldOn(kernel);

  test("most rules are told by a recording", () => {
    expect(told.length).toBeGreaterThan(30);
  });

  test.each(told.map(({ name, id, other }) => [name, id, other] as const))(
    "%s: %s tells it from %s",
    (name, id, other) => {
      const history = histories.get(id)!;
      expect(runHistory(history, kernel).outcome).toBe("passed");
      expect(runHistory(history, kernel, { rules: { [name]: other } }).outcome).toBe("failed");
    },
  );
});

describe("el6", () => {
  const vectors = new Map(loadVectors().map((vector) => [vector.id, vector]));

  test.each(toldOn("el6").map(({ name, id, other }) => [name, id, other] as const))(
    "%s: %s tells it from %s",
    (name, id, other) => {
      const vector = vectors.get(id)!;
      expect(isPassed(runVector(vector))).toBe(true);
      expect(isPassed(runVector(vector, forkpathModel({ rules: { [name]: other } })))).toBe(false);
    },
  );
});

test("a kernel that nothing was recorded on calls nothing recorded", () => {
  const unheard = KERNELS.filter((kernel) => RELEASES[kernel].recordedOn === null);
  expect(unheard.flatMap(toldOn)).toEqual([]);
  expect(unheard).toHaveLength(KERNELS.length - RECORDED_KERNELS.length - 1);
});
