/** Source that a document shows stands in the file that it names, line by line. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { excerptsOf, missingPiece } from "../../documents/excerpts.ts";

/** Blocks that are run, not held against a file. */
const RUN: readonly string[] = ["command", "run"];

const repo = resolve(import.meta.dirname, "../../../..");
const read = (path: string): string => readFileSync(`${repo}/${path}`, "utf8");
const tour = read("docs/tour.md");
const excerpts = excerptsOf(tour).filter(({ path }) => !RUN.includes(path));

test.each(excerpts.map((one, index) => [index + 1, one.path, one] as const))(
  "tour, block %i, of %s",
  (_index, path, excerpt) => {
    expect(missingPiece(read(path), excerpt)).toBe("");
  },
);

test("the tour shows no code without naming its file, and each door in about ten lines", () => {
  const blocks = tour.match(/^```.*$/gm)!;
  expect(blocks).toHaveLength(2 * excerptsOf(tour).length);
  const lengths = excerpts.map(({ pieces }) => pieces.flat().length);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(16);
  expect(lengths.length).toBeGreaterThan(8);
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
    const text = read(path);
    expect(text).toMatch(new RegExp(`@kernel ${name} in`));
    const isGenerator = ours.endsWith("*");
    const declared = isGenerator ? `function\\* ${ours.slice(0, -1)}` : `(const|function) ${ours}`;
    expect(text).toMatch(new RegExp(`^(export )?${declared}\\b`, "m"));
  });
});

describe("excerpts", () => {
  const file = "a {\n  b\n\n  c\n}\nd {\n  b\n}\n";
  const missing = (body: string): string =>
    missingPiece(file, excerptsOf(`\`\`\`ts a.ts\n${body}\n\`\`\`\n`)[0]!);

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
