/** The tour shows source in small pieces, and its table of names leads to each. */
import { describe, expect, test } from "vitest";
import { blocksIn, readDocument } from "../../documents/blocks.ts";
import { missingPiece } from "../../documents/excerpts.ts";

const tour = readDocument("docs/tour.md");

test("each door of the tour is about ten lines, each step a command or a few lines", () => {
  const blocks = blocksIn(tour);
  const longest = (info: RegExp): number[] =>
    blocks
      .filter((block) => info.test(block.info))
      .map(({ body }) => body.split("\n").filter((line) => !/^$|^import|^…$/.test(line)).length)
      .sort((one, other) => other - one);
  const [doors, programs, commands] = [/\//, /^ts run$/, /^text command$/].map(longest);
  expect(doors!.length).toBeGreaterThan(8);
  expect(doors![0]).toBeLessThanOrEqual(16);
  expect(programs!.length).toBeGreaterThan(3);
  expect(programs![0]).toBeLessThan(10);
  expect(commands!.length).toBeGreaterThan(3);
});

const NAMES = [
  ...["set", "get", "add", "inc", "dec"].map((verb) => `${verb}_mm_counter`),
  ...["get_mm_rss", "update_hiwater_rss", "get_mm_hiwater_rss", "setmax_mm_hiwater_rss"],
  ...["mm_init", "acct_arg_size", "add_mm_rss", "do_fork", "copy_process", "copy_mm", "dup_mm"],
  ...["dup_mmap", "copy_page_range", "copy_pud_range", "copy_pmd_range", "copy_pte_range"],
  "copy_one_pte",
];
const rows = Array.from(
  tour.matchAll(/^\| `(\w+)` \| `(\w+\*?)` \| \[[^\]]*\]\(\.\.\/([^)]+)\) \|/gm),
  ([, name, ours, path]) => [name!, ours!, path!] as const,
);

describe("the table of names", () => {
  test("has every name of the first sequence", () => {
    expect(rows.map(([name]) => name)).toEqual(expect.arrayContaining(NAMES));
  });

  test.each(rows)("%s is %s of %s", (name, ours, path) => {
    const text = readDocument(path);
    expect(text).toMatch(new RegExp(`@kernel ${name} in`));
    const isGenerator = ours.endsWith("*");
    const declared = isGenerator ? `function\\* ${ours.slice(0, -1)}` : `(const|function) ${ours}`;
    expect(text).toMatch(new RegExp(`^(export )?${declared}\\b`, "m"));
  });
});

describe("excerpts", () => {
  const file = "a {\n  b\n\n  c\n}\nd {\n  b\n}\n";
  const missing = (body: string): string => missingPiece(file, body);

  test.each(["a {\n  b", "  b\n\n  c", "b\n\nc\n", "a {\n…\n}", "a {\n…\nd {\n  b", "b\n…\nb"])(
    "there: %j",
    (body) => expect(missing(body)).toBe(""),
  );

  test.each([
    ["x", "x"],
    ["a", "a"],
    ["b\nc", "b"],
    ["d {\n…\na {", "a {"],
    ["b\n…\nb\n…\nb", "b"],
    ["  a {", "  a {"],
    ["a {\nb", "a {"],
  ])("not there: %j", (body, line) => expect(missing(body)).toBe(line));
});
