/**
 * The litmuses that come with forkpath: what each comes to under every class of schedules, with
 * turns everywhere.
 */
import { readFileSync } from "node:fs";
import { exploreProgram } from "@forkpath/interleave";
import { parseScenario } from "@forkpath/scenario";
import { expect, test } from "vitest";
import { patrol } from "../src/index.ts";
import { litmusFile, litmusNames, litmusText, reduced } from "./litmus-files.ts";

/** What does not end by then fails, and keeps nobody waiting: d42 has the most classes, 2,216. */
const MOST = { max: 5000 };
/** By name: a text of each failure that it is about. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "add-mm-rss-one-lock": [],
  "add-mm-rss-split": [],
  "d01-exec-arguments": ["peer anonRss: wanted 2 pages, got 1 page"],
  "d01-vfork-exec": ["worker anonRss: wanted 2 pages, got 1 page"],
  "d02-collapse-against-reclaim": ["server anonRss: wanted 512 pages, got 513 pages"],
  "d03-fork-against-migration": ["child anonRss: wanted 1 page, got 0 pages"],
  "d07-fork-in-migration": ["server onMmlist: wanted yes, got no"],
  "d16a-two-updaters": ["server hiwaterRss: wanted at least 5 pages, got 4 pages"],
  "d16b-peak-between": ["server VmHWM falls from 20 to 16"],
  "d16c-exec-charge": ["got 6 pages", "got 7 pages", "got 8 pages"],
  "d16d-two-loads": ["wanted 1 page, got 0 pages", "wanted 1 page, got 2 pages"],
  "d36-fork-against-mmap": ["I10: mm2: total_vm is 4, but 9 counted"],
  "d42-two-stacks": ["I10: mm1: total_vm is 12, but 14 counted"],
  "exec-against-thread": [],
  "exit-against-swapoff": [],
  "fork-against-reclaim": [],
  "n10-fault-during-fork": ["server late 1 mapcount: wanted 1, got 2"],
  "swapoff-against-fork": [],
  "truncate-against-fork": [],
  "two-forks": [],
  "two-writes-of-one-page": [],
};

/** What the README says of the largest: schedules, and how many of them were given up. */
const README = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const TOLD = new Map(
  Array.from(README.matchAll(/^\| (\S+) \| ([\d,]+) \| (\d+) \|/gm), ([, name, all, cut]) => [
    name!,
    [Number(all!.replace(",", "")), Number(cut)],
  ]),
);

test("the README tells of some", () => {
  expect([...TOLD.keys()].filter((name) => name in EXPECTED).length).toBeGreaterThan(4);
});

test("each has a line here", () => {
  expect(Object.keys(EXPECTED).sort()).toEqual(litmusNames);
});

test.each(litmusNames)("%s comes to what it says", (name) => {
  const texts = EXPECTED[name] ?? [];
  const litmus = litmusFile(name, { everywhere: true });
  const { complete, failures, schedules, cut } = exploreProgram(litmus, reduced, MOST);
  expect(complete).toBe(true);
  expect([schedules, cut]).toEqual(TOLD.get(name) ?? [schedules, cut]);
  if (texts.length === 0) expect(failures).toEqual([]);
  for (const text of texts) {
    expect(failures.map(({ message }) => message)).toContainEqual(expect.stringContaining(text));
  }
});

const curable = litmusNames.filter((name) => litmusText(name).includes("\ncure:"));

test("some have a cure", () => {
  expect(curable.length).toBeGreaterThan(2);
});

test.each(curable)("%s: cured, it comes to nothing", (name) => {
  const { complete, failures } = exploreProgram(litmusFile(name, { cured: true }), reduced);
  expect([complete, failures]).toEqual([true, []]);
});

test.each(litmusNames)("%s opens with its schema for editors, and with what it teaches", (name) => {
  const lines = litmusText(name).split("\n");
  expect(lines[0]).toBe("# yaml-language-server: $schema=../../packages/scenario/schema.json");
  expect(parseScenario(litmusText(name)).about.length).toBeGreaterThan(100);
});

test("the monitors name the counters that defects corrupt, and no others", () => {
  const said = litmusNames.flatMap((name) =>
    patrol(litmusFile(name)).map(({ monitor, message }) => `${name}: ${monitor}: ${message}`),
  );
  const hiwater = "hiwater_rss of mm1";
  const anonRss = "anon_rss of mm1";
  expect(said).toEqual([
    `d01-exec-arguments: lockset: ${anonRss}: page_table_lock not held by acct_arg_size`,
    `d01-exec-arguments: happens-before: ${anonRss}: nothing orders acct_arg_size and do_anonymous_page`,
    `d01-vfork-exec: lockset: ${anonRss}: page_table_lock not held by acct_arg_size`,
    `d01-vfork-exec: happens-before: ${anonRss}: nothing orders acct_arg_size and do_anonymous_page`,
    `d02-collapse-against-reclaim: lockset: ${anonRss}: no lock in common: mmap_sem by __collapse_huge_page_copy and page_table_lock by try_to_unmap_one`,
    `d16a-two-updaters: lockset: ${hiwater}: no lock held by sys_madvise`,
    `d16a-two-updaters: happens-before: ${hiwater}: nothing orders two calls of sys_madvise`,
  ]);
});
