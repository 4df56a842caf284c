/** The README's example, run. */
import { createSync } from "@forkpath/sync";
import { expect, test } from "vitest";
import { attachSink, EventClass, type EventSink, emit } from "../src/index.ts";

test("the example of the README", () => {
  const sync = createSync();
  const births: string[] = [];
  const sink: EventSink = {
    wants: EventClass.TASK,
    emit(event) {
      if (event.kind === "task") births.push(`${event.pid} ${event.what} ${event.other}`);
    },
  };
  attachSink(sync, sink);

  // What the modelled kernel does: one test of a field, and a record only if it is wanted.
  if (sync.traced & EventClass.TASK) {
    emit(sync, { kind: "task", what: "fork", pid: 100, other: 101 });
  }
  if (sync.traced & EventClass.MM) emit(sync, { kind: "flush_tlb", mm: "server" });
  expect(births).toEqual(["100 fork 101"]);
});
