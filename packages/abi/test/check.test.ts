import { describe, expect, test } from "vitest";
import { expectAligned, expectInteger } from "../src/index.ts";

describe("expectInteger", () => {
  const check = (value: number) => () => expectInteger("failNth", "index", value, 0, 8191);

  test("passes what is in range, both ends included", () => {
    for (const value of [0, 1, 8191]) expect(check(value)).not.toThrow();
  });

  test("says function, wanted and got, in hex from a page's size on", () => {
    expect(check(-1)).toThrow(new RangeError("failNth: index must be from 0 to 0x1fff, got -1"));
    expect(check(8192)).toThrow(
      new RangeError("failNth: index must be from 0 to 0x1fff, got 0x2000"),
    );
  });

  test.each([
    [1.5, "1.5"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
  ])("calls %d no integer", (value, shown) => {
    expect(check(value)).toThrow(new TypeError(`failNth: index must be an integer, got ${shown}`));
  });

  test.each([
    ["3", "3"],
    [3n, "3n"],
    [undefined, "undefined"],
    [null, "null"],
  ])("from untyped code, %o is no integer either", (value: unknown, shown) => {
    expect(check(value as number)).toThrow(
      new TypeError(`failNth: index must be an integer, got ${shown}`),
    );
  });
});

describe("expectAligned", () => {
  const check = (value: number) => () => expectAligned("walk", "address", value, 4096);

  test("passes multiples up to 2^47", () => {
    for (const value of [0, 4096, 2 ** 47 - 4096, 2 ** 47]) expect(check(value)).not.toThrow();
  });

  test("says what the multiple is of", () => {
    expect(check(0x7f0000000800)).toThrow(
      new RangeError("walk: address must be a multiple of 0x1000, got 0x7f0000000800"),
    );
  });

  test("refuses what no address can be", () => {
    expect(check(-4096)).toThrow(
      new RangeError("walk: address must be from 0 to 0x800000000000, got -4096"),
    );
    expect(check(2 ** 47 + 4096)).toThrow(RangeError);
    expect(check(Number.NaN)).toThrow(TypeError);
  });
});
