import fc from "fast-check";
import { expect, test } from "vitest";
import { callSpans, toFunctionGraph } from "../src/index.ts";
import { onlyCosts, record } from "./play.ts";
import { nestedTraces } from "./random-trace.ts";

const HEADER = `# tracer: function_graph
#
# CPU  DURATION                  FUNCTION CALLS
# |     |   |                     |   |   |   |

`;

test("calls are nested brackets, and a leaf is one line, in the layout of ftrace.txt", () => {
  const picture = `
    0 sys_open {
    0   do_sys_open {
    0     getname {
    0       kmem_cache_alloc {
    0         __might_sleep {
    0         } __might_sleep
    0       } kmem_cache_alloc
    0     } getname
    0     alloc_fd {
    0     } alloc_fd
    0   } do_sys_open`;
  const records = record(picture, { costs: { call: 1382 } });
  expect(toFunctionGraph(records)).toBe(`${HEADER} 0)               |  sys_open() {
 0)               |    do_sys_open() {
 0)               |      getname() {
 0)               |        kmem_cache_alloc() {
 0)   1.382 us    |          __might_sleep();
 0)   2.764 us    |        }
 0)   4.146 us    |      }
 0)   1.382 us    |      alloc_fd();
 0)   6.910 us    |    }
`);
});

/** The line of a leaf that took so long. */
const leaf = (call: number): string =>
  toFunctionGraph(record("0 schedule {\n0 } schedule", { costs: { call } })).slice(HEADER.length);

test("over 10 us gets a plus, over 100 us an exclamation mark, and eight places the digits", () => {
  expect(leaf(0)).toBe(" 0)   0.000 us    |  schedule();\n");
  expect(leaf(7)).toBe(" 0)   0.007 us    |  schedule();\n");
  expect(leaf(10_000)).toBe(" 0)   10.000 us   |  schedule();\n");
  expect(leaf(10_001)).toBe(" 0) + 10.001 us   |  schedule();\n");
  expect(leaf(58_628)).toBe(" 0) + 58.628 us   |  schedule();\n");
  expect(leaf(100_000)).toBe(" 0) + 100.000 us  |  schedule();\n");
  expect(leaf(115_305)).toBe(" 0) ! 115.305 us  |  schedule();\n");
  expect(leaf(1_837_709)).toBe(" 0) ! 1837.709 us |  schedule();\n");
  expect(leaf(33_998_591)).toBe(" 0) ! 33998.59 us |  schedule();\n");
  expect(leaf(119_760_299)).toBe(" 0) ! 119760.2 us |  schedule();\n");
  expect(leaf(3_594_274_999)).toBe(" 0) ! 3594274 us  |  schedule();\n");
});

test("other events are comments inside the function that runs", () => {
  const picture = `
    0 cond_resched
    0 copy_pte_range {
    0   lock dst.pt
    0   rss child +0 +2 +0
    0 } copy_pte_range
    0 cond_resched`;
  const records = record(picture, onlyCosts({ countedPage: 8 }));
  expect(toFunctionGraph(records)).toBe(`${HEADER} 0)               |  /* cond_resched */
 0)               |  copy_pte_range() {
 0)               |    /* lock dst.pt */
 0)               |    /* rss file+0 anon+2 swap+0 */
 0)   0.016 us    |  }
 0)               |  /* cond_resched */
`);
});

test("threads are CPUs; a call and its return share a line though another CPU came between", () => {
  const picture = `
    0  do_fork {
    10 do_exit {
    0  } do_fork
    10   mmput {
    10   } mmput
    10 } do_exit`;
  const records = record(picture, onlyCosts({ call: 500 }));
  expect(toFunctionGraph(records)).toBe(`${HEADER}  0)   1.000 us    |  do_fork();
 10)               |  do_exit() {
 10)   0.500 us    |    mmput();
 10)   1.000 us    |  }
`);
});

test("a bracket whose call was dropped names its function, and has no duration", () => {
  const picture = `
    0 dup_mm {
    0   dup_mmap {
    0     lock dst.mm
    0     copy_page_range {
    0     } copy_page_range
    0   } dup_mmap
    0   unlock dst.mm
    0 } dup_mm`;
  const records = record(picture, { capacity: 6, costs: { call: 100 } });
  const dropped = "# first 2 events dropped: a larger ring keeps them";
  const header = HEADER.replace("#\n", `#\n${dropped}\n#\n`);
  expect(toFunctionGraph(records)).toBe(`${header} 0)               |      /* lock dst.mm */
 0)   0.100 us    |      copy_page_range();
 0)               |    } /* dup_mmap */
 0)               |    /* unlock dst.mm */
 0)               |  } /* dup_mm */
`);
});

test("a trace without events is the header", () => {
  expect(toFunctionGraph([])).toBe(HEADER);
});

test("the text shows each call of the trace once, in order, at its depth", () => {
  fc.assert(
    fc.property(nestedTraces, (records) => {
      const lines = toFunctionGraph(records).matchAll(/^ +(\d+)\) .{14}\|((?: {2})+)(\w+)\(\)/gm);
      const shown = [...lines].map(([, thread, indent, fn]) => ({
        thread: Number(thread),
        depth: indent.length / 2 - 1,
        fn,
      }));
      const called = callSpans(records).filter(({ startIndex }) => startIndex >= 0);
      expect(shown).toEqual(called.map(({ thread, depth, fn }) => ({ thread, depth, fn })));
    }),
    { seed: 4 },
  );
});
