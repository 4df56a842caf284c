/** Every profile: its answers stand in the order of the axis, and their dates fit it. */
import { type Answer, KERNELS, type KernelName } from "@forkpath/abi";
import { describe, expect, test } from "vitest";
import { differences, evidenceFor, LEFT_OUT, leftOutOn, profileOf, rulesOn } from "../src/index.ts";
import { RULE_BOOKS } from "../src/internal.ts";

/** 5.10 is 5010; el6 comes before what is later than 2.6.32. */
const numberOf = (version: string): number => {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) * 1000 + Number(minor);
};
const UPSTREAM: readonly KernelName[] = KERNELS.filter((name) => name.startsWith("v"));

/** Between the upstream release before it and its own; a distribution may take over from later. */
function isDated({ since, first = "" }: Answer<unknown>): boolean {
  if (!UPSTREAM.includes(since) || !/\d+\.\d+/.test(first) || first.includes("stable")) return true;
  const before = UPSTREAM[UPSTREAM.indexOf(since) - 1];
  const isLater = before === undefined || numberOf(first) > numberOf(before);
  return isLater && numberOf(first) <= numberOf(since);
}

describe.each(rulesOn("el6").map(({ name, rule }) => [name, rule] as const))(
  "%s",
  (_name, rule) => {
    test("begins with el6, and goes along the axis", () => {
      const places = rule.answers.map(({ since }) => KERNELS.indexOf(since));
      expect(places[0]).toBe(0);
      expect(places).toEqual([...new Set(places)].toSorted((left, right) => left - right));
    });

    test("has dates that lie between the releases", () => {
      expect(rule.answers.filter((answer) => !isDated(answer))).toEqual([]);
    });

    test("was read on releases that there are", () => {
      for (const kernel of rule.read ?? []) expect(KERNELS).toContain(kernel);
    });
  },
);

test("no two books have a rule of one name, since exchanges go by it", () => {
  const names = Object.values(RULE_BOOKS).flatMap((book) => Object.keys(book));
  expect(new Set(names).size).toBe(names.length);
});

test("a machine with all rules of another release is one of that release", () => {
  for (const [index, kernel] of KERNELS.slice(1).entries()) {
    const names = differences(KERNELS[index], kernel).map(({ name }) => [name, kernel]);
    expect(names.length).toBeGreaterThan(0);
    const { kernel: _, ...made } = profileOf(KERNELS[index], Object.fromEntries(names));
    const { kernel: __, ...wanted } = profileOf(kernel);
    expect(made).toEqual(wanted);
  }
});

test("what is inferred names the releases of which it is known, or where it is written", () => {
  const reuse = rulesOn("el6").find(({ name }) => name === "reuse")!.rule;
  expect(evidenceFor("el6", "reuse", reuse)).toEqual({ how: "read", by: "SPEC §9.6" });
  expect(evidenceFor("v5.10", "reuse", reuse)).toEqual({ how: "read", by: "M26" });
  expect(evidenceFor("v5.19", "reuse", reuse)).toEqual({ how: "inferred", by: "as on v6.1" });
  expect(evidenceFor("v6.1", "reuse", reuse).how).toBe("recorded");
});

test("what is left out has an answer on every release", () => {
  const [areas] = LEFT_OUT;
  expect(leftOutOn(areas, "v5.19").does).toBe("tree");
  expect(leftOutOn(areas, "v6.18").since).toBe("v6.12");
});
