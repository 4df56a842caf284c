/** Which of KERNELS stands for what `uname -r` says. */
import { expect, test } from "vitest";
import { kernelOfRelease, releaseNumber } from "../src/index.ts";

test.each([
  ["6.18.44-fc-v509", "v6.18"],
  ["7.2.0", "v6.18"],
  ["6.17.9", "v6.12"],
  ["6.1.0-31-amd64", "v6.1"],
  ["5.15.0-130-generic", "v5.14"],
  ["4.18.0-25-generic", "v4.14"],
  ["4.18.0-553.el8_10.x86_64", "rhel8"],
  ["3.10.0-1160.el7.x86_64", "rhel7"],
  ["2.6.32-754.el6.x86_64", "el6"],
  ["6.1.12-1.el8.elrepo.x86_64", "v6.1"],
  ["2.6.32-21-generic", undefined],
  ["2.4.31", undefined],
  ["v6.1", undefined],
  ["plan9", undefined],
  ["", undefined],
])("%s: %s", (release, kernel) => {
  expect(kernelOfRelease(release)).toBe(kernel);
});

test("releases compare as numbers", () => {
  expect(["v6.18", "6.18.44-generic", "rhel8", "el6"].map(releaseNumber)).toEqual([
    6018, 6018, 4018, 2006,
  ]);
  expect(releaseNumber("plan9")).toBeNaN();
});
