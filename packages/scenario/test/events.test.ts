/** Counts of events: right for calls that no event tells one by one, and only of what there is. */
import {
  COUNTED_FUNCTIONS,
  EVENT_FIELDS,
  type KernelEvent,
  TRACED_FUNCTIONS,
} from "@forkpath/events";
import { describe, expect, test } from "vitest";
import { onKernel, parseScenario, runScenario } from "../src/index.ts";
import { parsed, scenarioFiles, unmet } from "./files.ts";
import { problemsOf } from "./text.ts";

const history = (steps: string, end = ""): string => `
machine: { swap: 1M }
processes:
  P:
    mappings:
      heap: { size: 12 pages, written: 0..7, swapped: 8..9 }
steps:
${steps}
${end}`;

const resultOf = (text: string): readonly string[] =>
  unmet(runScenario(parseScenario(text, "f.yaml")));

describe("calls of small functions are counted by the batch", () => {
  test.each([
    ["copy_one_pte", 10], // eight present, two swapped; two none
    ["swap_duplicate", 2],
    ["copy_pte_range", 1],
    ["add_mm_rss", 1],
    ["flush_tlb_mm", 1],
    ["__pte_alloc", 1],
    ["__pmd_alloc", 1],
    ["__pud_alloc", 1],
    ["anon_vma_clone", 1],
    ["copy_o*", 10],
    ["copy_p*", 5], // process, page, pud, pmd and pte
    ["do_wp_page", 0],
  ])("%s: %i", (fn, times) => {
    const step = `  - { fork: P, as: C, expect: [{ events: call, fn: ${fn}, is: ${times} }] }`;
    expect(resultOf(history(step))).toEqual([]);
  });

  test("a write to a page that was swapped in for it is a call of do_wp_page too", () => {
    const steps =
      "  - { fork: P, as: C }\n" +
      "  - { write: P heap 8, expect: [{ events: call, fn: do_swap_page, is: 1 }, { events: call, fn: do_wp_page, is: 1 }] }";
    expect(resultOf(history(steps))).toEqual([]);
  });

  test("an entry whose swap count is full is copied in two calls", () => {
    const steps = `
  - { munmap: P heap 0..8 }
  - { corrupt: P heap 9, slotByte: 62 }
  - fork: P
    failAllocation: FULL
    expect:
      - { events: alloc, what: swapcont.atomic, ok: false, is: 1 }
      - { events: call, fn: copy_one_pte, is: 2 }
      - { events: call, fn: swap_duplicate, is: 2 }`;
    expect(resultOf(history(steps.replace("FULL", "16")))).toEqual([]);
  });
});

test("at the end, all steps count", () => {
  const steps = "  - { fork: P, as: C }\n  - { fork: P, as: D }";
  expect(resultOf(history(steps, "expect: [{ events: call, fn: do_fork, is: 2 }]"))).toEqual([]);
  expect(resultOf(history(steps, "expect: [{ events: call, fn: copy_one_pte, is: 20 }]"))).toEqual(
    [],
  );
});

test("a key of events can be the name of another subject", () => {
  const step =
    "  - { fork: P, as: C, expect: [{ events: rss, file: 0, anon: 8, swap: 2, is: 1 }] }";
  expect(resultOf(history(step))).toEqual([]);
});

describe("what there is not", () => {
  const first = (entry: string): string =>
    problemsOf(history(`  - { fork: P, expect: [${entry}] }`)).replace(/^8:/, "");
  test.each([
    [
      "{ events: allocc, is: 0 }",
      /^35: steps.expect.events: wanted one of call, .*, got "allocc"; did you mean alloc\?$/,
    ],
    ["{ events: constructor, is: 0 }", /^35: steps.expect.events: wanted one of call, /],
    ["{ events: calls, is: 0 }", /; did you mean call\?$/],
    ["{ events: alloc, wath: pte, is: 0 }", /^42: unknown key wath; did you mean what\?$/],
    [
      "{ events: alloc, fn: do_fork, is: 0 }",
      /^42: unknown key fn; there are events, is, what, ok$/,
    ],
    ["{ events: alloc, toString: x, is: 0 }", /^42: unknown key toString; there are/],
    [
      "{ events: alloc, what: ptee, is: 0 }",
      /^48: steps.expect.what: wanted one of vma, .*, got "ptee"; did you mean pte\?$/,
    ],
    ["{ events: alloc, what: zz*, is: 0 }", /^48: steps.expect.what: wanted one of vma, /],
    [
      "{ events: alloc, ok: maybe, is: 0 }",
      /^46: steps.expect.ok: wanted true or false, got "maybe"$/,
    ],
    ["{ events: rss, anon: many, is: 0 }", /^46: steps.expect.anon: wanted a number, got "many"$/],
    [
      "{ events: call, fn: get_page, is: 0 }",
      /^45: steps.expect.fn: wanted one of do_fork, .*, got "get_page"$/,
    ],
    ["{ events: call, fn: copy_one_pt, is: 0 }", /; did you mean copy_one_pte\?$/],
  ])("%s", (entry, message) => {
    expect(first(entry)).toMatch(message);
  });
});

test("the catalogue has every word that the kernel tells", () => {
  const told = new Map<string, Set<string>>();
  const sink = {
    wants: 511,
    emit(event: KernelEvent): void {
      const fields = EVENT_FIELDS[event.kind] as Readonly<Record<string, unknown>>;
      for (const [field, value] of Object.entries(event)) {
        if (!Array.isArray(fields[field])) continue;
        const key = `${event.kind} ${field}`;
        told.set(key, (told.get(key) ?? new Set()).add(String(value)));
      }
    },
  };
  for (const folder of ["../defects", "appendix-b", "found"]) {
    for (const file of scenarioFiles(folder)) runScenario(parsed(file), { sink });
  }
  for (const file of scenarioFiles("appendix-b")) {
    runScenario(onKernel(parsed(file), "v6.18"), { sink });
  }
  for (const [key, words] of told) {
    const [kind, field] = key.split(" ") as [KernelEvent["kind"], string];
    const known = (EVENT_FIELDS[kind] as Readonly<Record<string, readonly string[]>>)[field];
    expect(known, key).toEqual(expect.arrayContaining([...words]));
  }
  const called = told.get("call fn") ?? new Set();
  const counted = told.get("calls fn") ?? new Set();
  expect(TRACED_FUNCTIONS.filter((fn) => !called.has(fn))).toEqual([]);
  expect(COUNTED_FUNCTIONS.filter((fn) => !counted.has(fn))).toEqual([]);
});
