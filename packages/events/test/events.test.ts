/** The classes are bits, those of sync among them, and an event goes where its machine says. */
import { createSync, createThread, SyncEventClass } from "@forkpath/sync";
import { expect, test } from "vitest";
import {
  ALL_EVENTS,
  attachSink,
  EventClass,
  type EventSink,
  emit,
  type KernelEvent,
} from "../src/index.ts";

test("the classes are bits, each once, and ALL_EVENTS is all but the one that adds up", () => {
  const classes = Object.values(EventClass);
  expect(classes.map((value) => Math.log2(value))).toEqual(classes.map((_, bit) => bit));
  expect(classes.reduce((sum, value) => sum + value, 0)).toBe(ALL_EVENTS | EventClass.COUNT);
});

test("a class that sync emits has sync's bit", () => {
  expect(EventClass).toMatchObject(SyncEventClass);
});

test("an event reaches its own machine's sink, with the thread that runs there", () => {
  const heard: [KernelEvent, number][] = [];
  const sink: EventSink = {
    wants: ALL_EVENTS,
    emit: (event, thread) => heard.push([event, thread]),
  };
  const [listened, other] = [createSync(), createSync()];
  attachSink(listened, sink);
  listened.current = createThread(3, "cpu3");
  const event: KernelEvent = { kind: "task", what: "fork", pid: 1, other: 2 };
  emit(listened, event);
  emit(other, event); // nobody listens there
  expect(heard).toEqual([[event, 3]]);
});
