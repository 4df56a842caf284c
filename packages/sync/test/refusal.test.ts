/** Why a call was refused what it asked for: as data, as a clause, and as an event. */
import { expect, test } from "vitest";
import {
  allocAtomic,
  attachAnySink,
  createSync,
  createThread,
  explains,
  failNth,
  type Refusal,
  refusalText,
  refuse,
} from "../src/index.ts";

const LIMIT: Refusal = { kind: "limit", limit: "RLIMIT_AS", used: 5, asked: 2, most: 6 };

test.for<[Refusal, string]>([
  [{ kind: "allocation", what: "vma", request: 7 }, "the request for vma was made to fail"],
  [{ kind: "frames", what: "page", free: 0 }, "memory is used up: there is no frame for a page"],
  [
    { kind: "frames", what: "huge_page", free: 600 },
    "no huge_page can be made of the 600 pages that are free",
  ],
  [LIMIT, "RLIMIT_AS allows 6 pages: 5 in use, 2 more asked for"],
  [
    { kind: "limit", limit: "max_threads", used: 20, asked: 1, most: 20 },
    "max_threads allows 20 tasks: 20 in use, 1 more asked for",
  ],
  [{ kind: "hole", addr: 0x7000 }, "nothing is mapped at 0x7000"],
  [{ kind: "busy", with: "calls exec" }, "another task calls exec"],
  [{ kind: "addresses", pages: 1 }, "no free addresses for 1 page"],
  [
    { kind: "capability", capability: "CAP_SYS_ADMIN", forWhat: "swapoff" },
    "swapoff takes CAP_SYS_ADMIN",
  ],
  [
    {
      kind: "promise",
      pages: 100,
      terms: { rule: "guess", most: 39, free: 30, reclaimable: 10, reserved: 0 },
      area: { start: 0x1000, end: 0x65000 },
    },
    "100 pages for 0x1000: only 39 can be promised (overcommit heuristic: free 30, reclaimable 10)",
  ],
  [
    {
      kind: "promise",
      pages: 100,
      terms: { rule: "never", most: -3, limit: 50, promised: 48, reserved: 4 },
      area: null,
    },
    "100 pages: only 0 can be promised (overcommit strict: limit 50, promised 48, reserved 4)",
  ],
  [
    { kind: "promise", pages: 9, terms: { rule: "total", most: 8, limit: 8 }, area: null },
    "9 pages: only 8 can be promised (overcommit heuristic: RAM and swap 8)",
  ],
])("%j reads as a clause", ([refusal, text]) => {
  expect(refusalText(refusal)).toBe(text);
});

test("addresses can have names", () => {
  expect(refusalText({ kind: "hole", addr: 0x7000 }, () => "the heap")).toBe(
    "nothing is mapped at the heap",
  );
});

test("it belongs to the thread that runs, and the last one counts", () => {
  const sync = createSync();
  const other = createThread(1, "other");
  refuse(sync, { kind: "hole", addr: 0 });
  refuse(sync, LIMIT);
  expect([sync.current.refusal, other.refusal]).toEqual([LIMIT, null]);
});

test("a request that the gate refuses is one", () => {
  const sync = createSync();
  failNth(sync.gate, 1);
  expect([allocAtomic(sync, "vma"), sync.current.refusal]).toEqual([true, null]);
  expect(allocAtomic(sync, "pte")).toBe(false);
  expect(sync.current.refusal).toEqual({ kind: "allocation", what: "pte", request: 1 });
});

test("a trace tells of it; a refused allocation is an alloc event already", () => {
  const sync = createSync();
  const heard: unknown[] = [];
  attachAnySink(sync, { wants: 4, emit: (event) => void heard.push(event) });
  refuse(sync, LIMIT);
  failNth(sync.gate, 0);
  allocAtomic(sync, "vma");
  expect(heard).toEqual([
    { kind: "refuse", what: "limit", why: "RLIMIT_AS allows 6 pages: 5 in use, 2 more asked for" },
    { kind: "alloc", what: "vma", ok: false },
  ]);
});

test("it is no reason for a failure of another sort", () => {
  expect(explains(LIMIT, "ENOMEM")).toBe(true);
  expect(explains(LIMIT, "SIGSEGV")).toBe(true);
  expect(explains(LIMIT, "EINVAL")).toBe(false);
  expect(explains({ kind: "hole", addr: 0 }, "EAGAIN")).toBe(false);
});
