import { describe, expect, test } from "vitest";
import { answerOf, expectKernel, KERNELS, type RuleBook, rulesOf } from "../src/index.ts";

interface Rules {
  readonly answer: string;
  readonly other: number;
}
const book: RuleBook<Rules> = {
  answer: {
    decides: "which letter comes",
    answers: [
      { since: "el6", does: "the first", by: "a", source: "SPEC §0" },
      { since: "rhel7", does: "a backport", by: "b", source: "M26" },
      { since: "v4.4", does: "the first again", by: "a", source: "M26" },
      { since: "v6.18", does: "the last", by: "c", source: "L0" },
    ],
    cures: { D1: { does: "as meant", by: "cured" } },
  },
  other: { decides: "nothing", answers: [{ since: "el6", does: "one", by: 1, source: "SPEC §0" }] },
};

describe("a rule along the axis", () => {
  test("an answer holds from its release to the next one, backports included", () => {
    const said = KERNELS.map((kernel) => rulesOf(book, kernel).answer).join("");
    expect(said).toBe("aabaaaaaaaaac");
    expect(answerOf(book.answer, "v5.4").since).toBe("v4.4");
  });

  test("one rule can be exchanged, for another kernel's answer or for a cure", () => {
    expect(rulesOf(book, "el6", { answer: "v6.18" })).toEqual({ answer: "c", other: 1 });
    expect(rulesOf(book, "el6", { answer: { cures: "D1" } }).answer).toBe("cured");
    expect(rulesOf(book, "el6", { elsewhere: "v6.18" }).answer).toBe("a");
  });

  test("a defect without a cure is told, also where an object has such a name by birth", () => {
    for (const cures of ["D2", "toString"]) {
      expect(() => rulesOf(book, "el6", { answer: { cures } })).toThrow(
        `rulesOf: rule answer must have a cure for ${cures}, has none`,
      );
    }
  });

  test("a kernel that there is not is told, with those that there are", () => {
    expect(expectKernel("here", "v5.10")).toBe("v5.10");
    expect(() => expectKernel("here", 5.1)).toThrow(
      /^here: kernel must be one of el6, .*v6.18, got 5.1$/,
    );
  });
});
