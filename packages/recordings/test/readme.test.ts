import { expect, test } from "vitest";
import { loadHistories, parseHistory } from "../src/index.ts";

test("the example of the README", () => {
  // Who writes first after fork copies the page, who writes last keeps it.
  const c15 = loadHistories("v6.18", "histories").find(({ id }) => id === "c15");
  expect(c15?.history.slice(2, 5)).toEqual(["A fork B", "A write R0 0..15", "B write R0 0..15"]);
  expect(c15?.after[3].procs.A.regions?.R0.newFrames).toEqual([[0, 16]]); // copied
  expect(c15?.after[4].procs.B.regions?.R0.newFrames).toBeUndefined(); // kept

  // A line from elsewhere, or why it is none.
  expect(parseHistory('{"id": 7}')).toEqual({ ok: false, problem: "id: expected a text" });
});
