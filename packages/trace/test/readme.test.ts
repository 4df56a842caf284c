/** The README's example, run. */
import { attachSink, emit } from "@forkpath/events";
import { createSpinLock, createSync, spinLockNow, spinUnlock } from "@forkpath/sync";
import { expect, test } from "vitest";
import { createTraceRing, events, toFolded, toFunctionGraph } from "../src/index.ts";

test("the example of the README prints what it says", () => {
  const sync = createSync();
  const ring = createTraceRing({ capacity: 1000, costs: { countedPage: 100 } });
  attachSink(sync, ring);

  emit(sync, { kind: "call", fn: "copy_pte_range", args: {} });
  const lock = createSpinLock("ptl", "dst", "pt");
  spinLockNow(sync, lock, "copy_pte_range");
  emit(sync, { kind: "rss", mm: "child", file: 0, anon: 512, swap: 0 });
  spinUnlock(sync, lock, "copy_pte_range");
  emit(sync, { kind: "return", fn: "copy_pte_range", ret: 0 });

  expect(toFunctionGraph(events(ring))).toBe(`# tracer: function_graph
#
# CPU  DURATION                  FUNCTION CALLS
# |     |   |                     |   |   |   |

 0)               |  copy_pte_range() {
 0)               |    /* lock dst.pt */
 0)               |    /* rss file+0 anon+512 swap+0 */
 0)               |    /* unlock dst.pt */
 0) + 51.260 us   |  }
`);
  expect(toFolded(events(ring))).toBe("copy_pte_range 51260\n");
});
