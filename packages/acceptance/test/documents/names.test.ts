/** Names of what the libraries export: one meaning each, one rule for halves, no type left out. */
import type ts from "typescript";
import { describe, expect, test } from "vitest";
import { functionsOf, isKernelName } from "../../documents/names/halves.ts";
import { placeOf, readExports } from "../../documents/names/read-exports.ts";
import { typesNamedBy } from "../../documents/names/types.ts";

const all = readExports();
const api = all.doors.filter(({ isInternal }) => !isInternal);

/** Types that stay inside: with its brand, any number could be made a frame number. */
const KEPT_BACK: ReadonlySet<string> = new Set(["packages/abi/src/units.ts Unit"]);

test("a name that two packages export is the same thing in both", () => {
  const meanings = new Map<string, Set<ts.Symbol>>();
  for (const { exports } of all.doors) {
    for (const [name, symbol] of exports) {
      meanings.set(name, (meanings.get(name) ?? new Set()).add(symbol));
    }
  }
  expect(meanings.size).toBeGreaterThan(1000);
  const several = [...meanings].filter(([, symbols]) => symbols.size > 1);
  expect(several.map(([name, symbols]) => [name, ...[...symbols].map(placeOf)])).toEqual([]);
});

test("no name stands in both doors of a package", () => {
  const internal = all.doors.filter(({ isInternal }) => isInternal);
  expect(internal.length).toBeGreaterThan(0);
  const twice = internal.flatMap(({ name, exports }) => {
    const front = api.find((door) => `${door.name}/internal` === name)!;
    return [...exports.keys()].filter((one) => front.exports.has(one));
  });
  expect(twice).toEqual([]);
});

test("every type that a signature names can be imported", () => {
  const exported = new Set(api.flatMap(({ exports }) => [...exports.values()]));
  const wanting = api.flatMap((door) =>
    [...typesNamedBy(all, door)]
      .filter((type) => !exported.has(type))
      .map((type) => `${placeOf(type)} ${type.name}`),
  );
  expect([...new Set(wanting)].filter((one) => !KEPT_BACK.has(one))).toEqual([]);
});

test("kinds of functions are told apart", () => {
  const kinds = new Map(api.flatMap((door) => [...functionsOf(all, door)]));
  const some = ["spinLock", "spinLockNow", "incMmCounter", "fuzzSteps", "createKernel"];
  expect(some.map((name) => kinds.get(name))).toEqual([
    "thread",
    "plain",
    "thread",
    "generator",
    "plain",
  ]);
});

describe.each(all.doors)("halves of functions in $name", (door) => {
  const functions = functionsOf(all, door);
  const named = (suffix: string): string[] =>
    [...functions.keys()].filter((name) => name.endsWith(suffix));

  test("what ends in Now is plain, and the bare name is a kernel thread", () => {
    const wrong = named("Now").filter(
      (name) =>
        functions.get(name) !== "plain" || functions.get(name.slice(0, -"Now".length)) !== "thread",
    );
    expect(wrong).toEqual([]);
  });

  test("a generator that is no thread ends in Steps, and the bare name is plain", () => {
    const generators = [...functions.keys()].filter((name) => functions.get(name) === "generator");
    const wrong = generators.filter(
      (name) => functions.get(/^(.+)Steps$/.exec(name)?.[1] ?? "") !== "plain",
    );
    expect(wrong).toEqual([]);
  });

  test("no other suffix tells a generator from a plain function", () => {
    const wrong = [...functions].flatMap(([bare, kind]) =>
      [...functions]
        .filter(
          ([name, other]) => name.startsWith(bare) && (other === "plain") !== (kind === "plain"),
        )
        .map(([name]) => name)
        .filter((name) => /^[A-Z]/.test(name.slice(bare.length)))
        .filter((name) => !/(?:Now|Steps)$/.test(name) && !isKernelName(door, name)),
    );
    expect(wrong).toEqual([]);
  });
});
