/** How a scenario names what a step touches. */
import type { Subject } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import { isPointNamed, parsePointName } from "../src/internal.ts";

const counter: Subject = { kind: "counter", owner: "mm1", field: "_anon_rss" };
const lock: Subject = { kind: "lock", owner: "mm1", field: "mm", lockClass: "page_table_lock" };
const children: Subject = { kind: "child", owner: "5", field: "children" };

const isNamed = (subject: Subject, text: string): boolean =>
  isPointNamed(subject, parsePointName(text));

test.each([
  ["_anon_rss", null, "_anon_rss"],
  ["mm1._anon_rss", "mm1", "_anon_rss"],
  ["/lib/libc.so.i_mmap_lock", "/lib/libc.so", "i_mmap_lock"],
  ["page 7", "7", "page"],
  ["children of 5", "5", "children"],
  ["", null, ""],
])("`%s`", (text, owner, field) => {
  expect(parsePointName(text)).toEqual({ owner, field });
});

describe("a name fits", () => {
  const testNames = (
    title: string,
    fits: boolean,
    names: readonly (readonly [Subject, string])[],
  ): void =>
    test.each(names)(title, (subject, text) => {
      expect(isNamed(subject, text)).toBe(fits);
    });

  testNames("%o: %s", true, [
    [counter, "_anon_rss"],
    [counter, "mm1._anon_rss"],
    [lock, "page_table_lock"],
    [lock, "mm1.page_table_lock"],
    [lock, "mm1.mm"],
    [children, "children"],
    [children, "children of 5"],
  ]);

  testNames("not %o: %s", false, [
    [counter, "mm2._anon_rss"],
    [counter, "rss"],
    [counter, "page_table_lock"],
    [lock, "mm1.mmap_sem"],
    [children, "children of 6"],
  ]);
});
