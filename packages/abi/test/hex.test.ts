import { expect, test } from "vitest";
import { hex, hexByte } from "../src/index.ts";

test.each([
  [0, "0x0"],
  [0x1a0c, "0x1a0c"],
  [2 ** 47 - 4096, "0x7ffffffff000"],
  [0xffff_ffff_ffff_ffffn, "0xffffffffffffffff"],
] as const)("%s is %s, in lower case and without leading zeros", (value, text) => {
  expect(hex(value)).toBe(text);
  expect(BigInt(text)).toBe(BigInt(value));
});

test("every byte has two digits", () => {
  for (let byte = 0; byte < 256; byte++) {
    expect(hexByte(byte)).toMatch(/^0x[0-9a-f]{2}$/);
    expect(Number(hexByte(byte))).toBe(byte);
  }
});
