/** What a listener costs: one event through `emit` into the ring, and reading the ring back. */
import { attachSink, emit, type KernelEvent } from "@forkpath/events";
import { createSync } from "@forkpath/sync";
import { test } from "vitest";
import { createTraceRing, events, toFunctionGraph } from "../src/index.ts";

const EVENTS = 1000;

const EVENT: KernelEvent = {
  kind: "lock",
  lock: "dst.pt",
  owner: "dst",
  lockClass: "pte_lock",
  where: "bench",
};

test("a thousand events", async ({ bench }) => {
  const sync = createSync();
  const ring = createTraceRing({ capacity: 4096 });
  attachSink(sync, ring);
  await bench("emit 1000 events into the ring", () => {
    for (let i = 0; i < EVENTS; i++) emit(sync, EVENT);
  }).run();
  await bench("read 4096 events", () => {
    events(ring);
  }).run();
  await bench("print 4096 events as function_graph", () => {
    toFunctionGraph(events(ring));
  }).run();
});
