import type { KernelEvent } from "@forkpath/events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatEvent } from "../src/index.ts";

const lock = { owner: "dst", lockClass: "pte_lock", where: "copy_pte_range" };
const cell = { cell: "anon_rss", owner: "", field: "anon_rss" };
const mm = "child";

/** One line of each word that the recorded vectors use, copied from them. */
const recorded: [string, KernelEvent][] = [
  ["lock dst.pt", { kind: "lock", lock: "dst.pt", ...lock }],
  ["unlock src.mm", { kind: "unlock", lock: "src.mm", ...lock }],
  ["alloc pte ok", { kind: "alloc", what: "pte", ok: true }],
  ["alloc swapcont.atomic fail", { kind: "alloc", what: "swapcont.atomic", ok: false }],
  ["free_page swapcont", { kind: "free_page", what: "swapcont" }],
  ["need_resched 0", { kind: "need_resched", answer: false }],
  [
    "spin_needbreak src 0",
    { kind: "spin_needbreak", lock: "src.pt", ...lock, owner: "src", answer: false },
  ],
  ["spin_needbreak dst 1", { kind: "spin_needbreak", lock: "dst.mm", ...lock, answer: true }],
  ["cond_resched", { kind: "cond_resched" }],
  ["mmlist_add", { kind: "mmlist_add", mm }],
  ["rss file+29 anon+3 swap+0", { kind: "rss", mm, file: 29, anon: 3, swap: 0 }],
  ["rss file+0 anon-15 swap-5", { kind: "rss", mm, file: 0, anon: -15, swap: -5 }],
  [
    "notify_start 0x7f3ac7740000 0x7f3ac7758000",
    { kind: "notify_start", start: 0x7f3ac7740000, end: 0x7f3ac7758000 },
  ],
  [
    "notify_end 0x7f3ac7740000 0x7f3ac7758000",
    { kind: "notify_end", start: 0x7f3ac7740000, end: 0x7f3ac7758000 },
  ],
  ["track_pfn_vma_copy 0", { kind: "track_pfn_vma_copy", ret: 0 }],
  [
    "bad_pte 0x2aab1c0cf000 0x21d6c207",
    { kind: "bad_pte", addr: 0x2aab1c0cf000, low: 0x21d6c207, high: 0 },
  ],
  // The entry of type 9 and offset 0xd90 stands in a PTE as offset << 9 | type << 1.
  [
    "warn swap_dup bad-type 0x1200000000000d90",
    { kind: "warn", op: "swap_dup", reason: "bad-type", low: (0xd90 << 9) | (9 << 1), high: 0 },
  ],
  ["find_swapcache 0x11e1", { kind: "find_swapcache", low: 0x11e1 << 9, high: 0 }],
];

test.each(recorded)("writes `%s` as the vectors do", (line, event) => {
  expect(formatEvent(event)).toBe(line);
});

/** Words of our own, for what the vectors do not record. */
const ours: [string, KernelEvent][] = [
  ["call dup_mm pid=7", { kind: "call", fn: "dup_mm", args: { pid: 7 } }],
  ["call dup_mmap", { kind: "call", fn: "dup_mmap", args: {} }],
  ["return dup_mmap -12", { kind: "return", fn: "dup_mmap", ret: -12 }],
  ["return exit_mmap", { kind: "return", fn: "exit_mmap", ret: undefined }],
  ["bad_dir pmd 0x8000000000000067", { kind: "bad_dir", level: "pmd", low: 0x67, high: 2 ** 31 }],
  ["page freed 0x1a2b", { kind: "page", what: "freed", pfn: 0x1a2b }],
  ["flush_tlb parent", { kind: "flush_tlb", mm: "parent" }],
  ["alert BUG: 1", { kind: "alert", text: "BUG: 1" }],
  ["task fork 100 101", { kind: "task", what: "fork", pid: 100, other: 101 }],
  ["load anon_rss 18446744073709551615", { kind: "load", ...cell, value: 2n ** 64n - 1n }],
  ["store anon_rss 0", { kind: "store", ...cell, value: 0n }],
  ["atomic anon_rss 3", { kind: "atomic", ...cell, value: 3n }],
];

test.each(ours)("writes `%s`", (line, event) => {
  expect(formatEvent(event)).toBe(line);
});

/** SPEC A.1: what the PTE holds, and the entry. */
const entries: [pte: number, entry: string][] = [
  [0x200, "0x1"],
  [0x202, "0x200000000000001"],
  [0x246806, "0x600000000001234"],
  [0xa38, "0x3800000000000005"],
  [0x20003a, "0x3a00000000001000"],
  [0x20003e, "0x3e00000000001000"],
];

test.each(entries)("the PTE 0x%x is printed as entry %s (SPEC A.1)", (low, entry) => {
  expect(formatEvent({ kind: "find_swapcache", low, high: 0 })).toBe(`find_swapcache ${entry}`);
});

test("a swap PTE of any type and offset shows as type << 57 | offset (SPEC §3.1)", () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 31n), fc.bigInt(0n, 2n ** 55n - 1n), (type, offset) => {
      const pte = (offset << 9n) | (type << 1n);
      const low = Number(BigInt.asUintN(32, pte));
      const high = Number(pte >> 32n);
      const entry = ((type << 57n) | offset).toString(16);
      expect(formatEvent({ kind: "find_swapcache", low, high })).toBe(`find_swapcache 0x${entry}`);
    }),
    { seed: 2 },
  );
});
