/**
 * Faults in shared memory, what it promises, and references of sleeping threads: SPEC §3.10, I5.
 */
import { type Fault, faultsIn } from "../fault.ts";

export const MM_SHMEM_FAULTS: readonly Fault[] = faultsIn("mm", [
  {
    name: "sleeper-forgets-all-references",
    file: "page/in-flight.ts",
    find: "if (left > 0) inFlight.set(pfn, left);\n  else inFlight.delete(pfn);",
    replace: "inFlight.delete(pfn);",
    why: "two threads that wait for one page hold two references (I5)",
  },
  {
    name: "sleeper-keeps-its-reference",
    file: "page/in-flight.ts",
    find: "  const result = yield* body;\n  forgetInFlight(env, pfn);",
    replace: "  const result = yield* body;",
    why: "the reference is dropped with the wait (I5)",
  },
  {
    name: "full-swap-loses-shared-memory",
    file: "page/shmem.ts",
    find: "if (entry === NO_ENTRY) return false;",
    replace: "if (entry === NO_ENTRY) return true;",
    why: "a page without a slot stays in the page cache (§3.10)",
  },
  {
    name: "written-page-keeps-the-cache-reference",
    file: "page/shmem.ts",
    find: "  dropPage(env, pfn); // the page cache's reference\n",
    replace: "",
    why: "the page leaves the page cache as it enters the swap cache (§3.10)",
  },
  {
    name: "page-back-keeps-its-slot",
    file: "page/shmem.ts",
    find: "  swapFree(env.sync, env.swap, entryPteLow(entry), entryPteHigh(entry));\n",
    replace: "",
    why: "the slot is given back with the page (§3.10)",
  },
  {
    name: "truncation-takes-every-slot",
    file: "page/shmem.ts",
    find: "if (pgoff < firstPgoff || pgoff >= endPgoff) continue;",
    replace: "",
    why: "slots of pages that stay are kept (§3.10)",
  },
  {
    name: "truncated-slots-stay-promised",
    file: "page/shmem.ts",
    find: "    shmemUnacctBlock(env, file);\n",
    replace: "",
    why: "the promise goes with the page, in swap too (§5.12/7)",
  },
  {
    name: "shared-memory-filled-without-a-promise",
    file: "machine/shmem-charge.ts",
    find: "if (vmEnoughMemory(env, mm, 1, isAdmin) !== 0) return false;",
    replace: "vmEnoughMemory(env, mm, 1, isAdmin);",
    why: "a page that may not be promised is not filled (§5.12/7)",
  },
  {
    name: "reserved-memory-charged-twice",
    file: "machine/shmem-charge.ts",
    find: "if (!file.isChargedByPage) return true;",
    replace: "",
    why: "what was charged when it was made is not charged as it fills (§5.12/7)",
  },
  {
    name: "shared-memory-never-given-back",
    file: "machine/shmem-charge.ts",
    find: "  vmUnacctMemory(env, 1);\n",
    replace: "",
    why: "the promise ends at truncation (§5.12/7)",
  },
]);
