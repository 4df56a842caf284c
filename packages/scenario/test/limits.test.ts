/**
 * What would take the machine down, or the terminal, is told in a plain line before anything runs.
 */
import { describe, expect, test } from "vitest";
import { parseScenario, runScenario } from "../src/index.ts";
import { unmet } from "./files.ts";
import { problemsOf } from "./text.ts";

/** Each anchor repeats the one before it so many times. */
const bomb = (levels: number, width: number): string =>
  Array.from({ length: levels }, (_, level) =>
    level === 0
      ? "a0: &a0 [x]"
      : `a${level}: &a${level} [${Array(width)
          .fill(`*a${level - 1}`)
          .join(", ")}]`,
  ).join("\n");

const utf16 = new TextDecoder().decode(Buffer.from("\ufefftitle: x\n", "utf16le"));

describe("texts", () => {
  test.each([
    ["nothing", "", "1:1: the text is empty"],
    ["blanks", "  \n\n", "1:1: the text is empty"],
    ["a NUL", "title: a\n\0b", "2:1: wanted a text in UTF-8, got other bytes"],
    ["UTF-16", utf16, "1:1: wanted a text in UTF-8, got other bytes"],
    [
      "two documents",
      "title: a\n---\ntitle: b\n",
      "2:1: wanted one document, got another that begins here",
    ],
    ["aliases of aliases", bomb(12, 9), "6:10: aliases repeat more than 20000 values"],
    ["twins of twins", bomb(40, 2), "13:18: aliases repeat more than 20000 values"],
    ["keys as a key", "processes:\n  ? { a: b }\n  : 3", "2:5: a list or keys can be no key"],
    ["a merge of no keys", "a: { <<: 3 }", "1:6: << wants keys with values, or an alias of some"],
    ["an alias of itself", "a: &a [*a]", "1:8: a would hold itself"],
    ["no such anchor", "a: *b", "1:4: unknown anchor b"],
    [
      "deep lists",
      `a: ${"[".repeat(70)}${"]".repeat(70)}`,
      "1:63: lists and keys are nested more than 60 deep",
    ],
    ["deeper lists", "- ".repeat(20_000), /^1:\d+: lists and keys are nested more than 60 deep$/],
    ["deep by anchors", bomb(99, 1), "61:11: lists and keys are nested more than 60 deep"],
    ["50 MB", "x".repeat(50_000_000), "1:1: wanted at most 524288 characters, got 50000000"],
  ])("%s", (_, text, message) => {
    if (typeof message === "string") expect(problemsOf(text)).toBe(message);
    else expect(problemsOf(text)).toMatch(message);
  });

  test("one anchor may be used by many", () => {
    const aliases = Array.from({ length: 300 }, (_, index) => `  P${index}: *p`).join("\n");
    expect(problemsOf(`processes:\n  P: &p { mappings: { heap: { size: 4k } } }\n${aliases}`)).toBe(
      "",
    );
  });
});

describe("control characters reach no terminal", () => {
  test("of a title, which is one line", () => {
    const { title } = parseScenario('title: "a\\e[31mred\\nx\\x9by\\u202ez"');
    expect(title).toBe("a\\u001b[31mred x\\u009by\\u202ez");
  });

  test("of keys and values that are wrong", () => {
    const told = problemsOf('steps: [{ "fo\\e[0mrk": P }, { fork: "P\\x9b" }]');
    expect(told).toContain("1:9: unknown step fo\\u001b[0mrk;");
    expect(told).not.toMatch(/[^\P{Cc}\n]/u);
  });
});

describe("memory of the host, of which a history may take 1 GiB", () => {
  const onLarge = (mapping: string, steps = "[]"): string => `
machine: { memory: 2T, swap: 2T }
processes: { P: { mappings: { A: ${mapping} } } }
steps: ${steps}`;
  const FULL =
    /^\d+:\d+: up to here, .*268435456 page frames.* take about 2[5-9] GiB of this computer; at most 1 GiB$/;

  test.each([
    ["written at first", "{ size: 1T, written: all }", "[]"],
    ["read at first", "{ size: 1T, read: all }", "[]"],
    ["locked at first", "{ size: 1T, locked: true }", "[]"],
    ["a write", "{ size: 1T }", "[{ write: P A }, { write: P A }]"],
    ["mlockall", "{ size: 1T }", "[{ mlockall: P }]"],
    ["mmap", "{ size: 4k }", "[{ mmap: P, as: B, size: 1T, read: all }]"],
    ["a thread of a race", "{ size: 1T }", "[{ race: { a: { read: P A }, b: { fork: P } } }]"],
  ])("%s of 1 TB", (_, mapping, steps) => {
    expect(problemsOf(onLarge(mapping, steps))).toMatch(FULL);
  });

  test("entries that many forks copy, swapped pages, tasks", () => {
    const forks =
      "processes: { P: { mappings: { A: { size: 1G, written: all } } } }\nsteps: [{ fork: P, as: c, times: 20000 }]";
    expect(problemsOf(forks)).toMatch(/^2:17: .* 20000 tasks take about 30 GiB/);
    expect(problemsOf(onLarge("{ size: 100G, swapped: all }"))).toMatch(/26214400 swapped pages/);
  });

  test.each([
    ["a large mapping that is not touched", onLarge("{ size: 1T }")],
    [
      "a part of it",
      onLarge("{ size: 1T }", "[{ write: P A 1G }, { fork: P, as: C }, { write: C A 1G }]"),
    ],
  ])("%s may be", (_, text) => {
    expect(problemsOf(text)).toBe("");
  });

  test("a page for a page is told of a million pages, and no more", () => {
    const text = onLarge(
      "{ size: 1T }",
      "[{ look: x, expect: [{ page: P A, mapcount: 1 }, { mapping: P A, entries: '-' }] }]",
    );
    const told = unmet(runScenario(parseScenario(text)));
    expect(told).toEqual([
      expect.stringContaining("these are 268435456 pages, and at most 1048576 can be shown"),
      expect.stringContaining("these are 268435456 pages, and at most 1048576 can be shown"),
    ]);
  });
});

describe("places", () => {
  test("mappings that a process begins with do not overlap", () => {
    const told = problemsOf(`processes:
  P:
    mappings:
      A: { size: 4 pages, at: 0x40000000 }
      B: { size: 4 pages, at: 0x40003000 }
      C: { size: 1G }
      D: { size: 1, at: 0x1000000000 }
      S: { kind: stack, size: 8M }
      H: { kind: heap, size: 1M }
      I: { size: 1, at: 0x10010000 }
      J: { size: 1, at: 0x50000000, written: 0..9 }`);
    expect(told.split("\n")).toEqual([
      "5:31: B and A of P overlap",
      "7:25: D and C of P overlap",
      "10:25: I and H of P overlap",
      "11:10: P J has 1 page, counted from 0; a size such as 8 is bytes: 8 pages is more",
    ]);
  });

  test("pages that a mapping has not are told before anything runs, all at once", () => {
    const told = problemsOf(`processes: { P: { mappings: { A: { size: 4 pages } } } }
steps:
  - { write: P A 4 }
  - { fork: P, as: C }
  - { read: C A 2..8, expect: [{ page: P A 99, mapcount: 1 }] }
  - { mmap: P, as: N, size: 2 pages }
  - { write: P N 2 }
  - { mremap: P A, size: 8 pages }
  - { write: P A 7 }
expect: [{ mapping: C A 0..4, Rss: 0 }]`);
    expect(told.split("\n")).toEqual([
      "3:14: P A has 4 pages, counted from 0",
      "5:13: C A has 4 pages, counted from 0",
      "5:48: P A has 4 pages, counted from 0",
      "7:14: P N has 2 pages, counted from 0",
      "10:31: C A has 4 pages, counted from 0",
    ]);
  });

  test("what brk and threads resize is left to the run", () => {
    const brk =
      "processes: { P: { mappings: { A: { kind: heap, size: 4 pages } } } }\nsteps: [{ brk: P, by: 1M }, { write: P A 9 }]";
    expect(problemsOf(brk)).toBe("");
    const threads =
      "processes: { P: { mappings: { A: { size: 4 pages } } } }\nsteps: [{ clone: P, as: t }]\nthreads:\n  a: { mremap: P A, size: 9 pages }\n  b: { write: t A 7 }";
    expect(problemsOf(threads)).toBe("");
  });
});
