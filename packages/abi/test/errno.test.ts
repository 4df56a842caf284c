import { expect, test } from "vitest";
import { Errno, errnoName } from "../src/index.ts";

test("a status reads as the negative of its name", () => {
  expect(errnoName(-Errno.ENOMEM)).toBe("-ENOMEM");
  expect(errnoName(-12)).toBe("-ENOMEM");
  expect(errnoName(-513)).toBe("-ERESTARTNOINTR"); // SPEC §6.3/32
});

test("what has no name is printed as the number it is", () => {
  expect(errnoName(0)).toBe("0");
  expect(errnoName(101)).toBe("101"); // a pid
  expect(errnoName(-9999)).toBe("-9999");
  expect(errnoName(12)).toBe("12"); // positive: no kernel function returns it as an error
});

test("every name is found back from its number", () => {
  for (const [name, code] of Object.entries(Errno)) expect(errnoName(-code)).toBe(`-${name}`);
});
