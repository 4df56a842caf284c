import { createSync, runToCompletion } from "@forkpath/sync";
import { expect, test } from "vitest";
import {
  addMmRss,
  addMmRssNow,
  createMmCounters,
  decMmCounter,
  getMmHiwaterRss,
  MmCounter,
  peekCounter,
  updateHiwaterRss,
} from "../src/index.ts";

test("the example of the README", () => {
  const sync = createSync(); // one CPU: every path runs to its end
  const mm = createMmCounters({ split: true, name: "redis" });

  addMmRssNow(sync, mm, 3, 20, 0); // a batch of faults: 3 file pages, 20 anonymous ones
  runToCompletion(updateHiwaterRss(sync, mm)); // the peak is pushed before a decrease ...
  addMmRssNow(sync, mm, 0, -20, 5); // ... that unmaps 15 and swaps 5 out
  expect(peekCounter(mm, MmCounter.SWAP_USAGE)).toBe(5n);
  expect(runToCompletion(getMmHiwaterRss(sync, mm))).toBe(23n);

  // One decrement too many is not clamped: the counter wraps, and nothing reports it.
  runToCompletion(decMmCounter(sync, mm, MmCounter.ANON_RSS));
  expect(peekCounter(mm, MmCounter.ANON_RSS)).toBe(18446744073709551615n);

  // With `interleaved` on, the same add yields its steps, and a scheduler decides which thread goes
  // on.
  sync.interleaved = true;
  const plain = createMmCounters({ split: false });
  const steps = Array.from(addMmRss(sync, plain, 1, 0, 0), ({ label }) => label);
  expect(steps).toEqual(["mm._file_rss", "mm._file_rss"]); // a load, then a store
});
