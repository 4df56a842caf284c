import { describe, expect, test } from "vitest";
import { KERNELS, kernelsIn } from "../src/index.ts";

/** One letter for each release: x is meant. */
const drawn = (text: string): string | undefined => {
  const meant = kernelsIn(text);
  return meant && KERNELS.map((kernel) => (meant.includes(kernel) ? "x" : "-")).join("");
};

describe("a range of releases", () => {
  //   el6, v3.10, rhel7, v4.4, v4.14, rhel8, v5.4, v5.10, v5.14, v5.19, v6.1, v6.12, v6.18
  test.each([
    ["v5.10", "-------x-----"],
    ["rhel8", "-----x-------"],
    ["v5.10+", "-------xxxxxx"],
    ["v5.8+", "-------xxxxxx"],
    ["before v5.8", "xxxxxxx------"],
    ["before el6", "-------------"],
    ["v4.4..v5.4", "---xxxx------"],
    ["v4.0..v5.8", "---xxxx------"],
    ["el6..v3.10", "xx-----------"],
    ["v5.5..v5.9", "-------------"],
    ["v5.4..v4.4", "-------------"],
    ["v6.19+", "-------------"],
    ["v5.8", "-------------"],
  ])("%s", (text, picture) => {
    expect(drawn(text)).toBe(picture);
  });

  test("a distribution's kernel stands where it was made from, whatever else it took over", () => {
    expect(kernelsIn("v4.5+")).toContain("rhel8");
    expect(kernelsIn("v4.18+")?.[0]).toBe("rhel8");
    expect(kernelsIn("v4.19+")?.[0]).toBe("v5.4");
    expect(kernelsIn("v3.11+")?.[0]).toBe("v4.4");
    expect(kernelsIn("v3.10+")).toContain("rhel7");
    expect(kernelsIn("before rhel7")).toEqual(["el6", "v3.10"]);
  });

  test.each([
    "",
    "5.8+",
    "v5",
    "v5.8 +",
    "<v5.8",
    "v5.8-v5.10",
    "rhel9",
    "before",
    "v5.8..",
    "V5.8",
  ])("%j is none", (text) => {
    expect(kernelsIn(text)).toBeUndefined();
  });
});
