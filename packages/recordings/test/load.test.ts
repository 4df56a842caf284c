import { expect, test } from "vitest";
import { loadHistories, parseHistory, RECORDED_KERNELS, RECORDINGS } from "../src/index.ts";

test.for([
  { kernel: "v6.18", recording: "histories", histories: 1456, states: 25_605 },
  { kernel: "v6.18", recording: "tasks", histories: 641, states: 13_091 },
  { kernel: "v6.1", recording: "histories", histories: 507, states: 8099 },
  { kernel: "v6.1", recording: "tasks", histories: 647, states: 13_143 },
] as const)("$recording of $kernel: $histories histories, $states states", (file) => {
  const histories = loadHistories(file.kernel, file.recording);
  const states = histories.reduce((sum, { after }) => sum + after.length, 0);
  expect([histories.length, states]).toEqual([file.histories, file.states]);
  expect(new Set(histories.map(({ id }) => id)).size).toBe(file.histories);
  for (const { history, after } of histories) expect(after).toHaveLength(history.length);
});

test("a kernel that nobody has recorded is refused", () => {
  expect(RECORDED_KERNELS.flatMap((kernel) => RECORDINGS.map((one) => [kernel, one]))).toHaveLength(
    4,
  );
  expect(() => loadHistories("v5.4" as "v6.1", "tasks")).toThrow(
    new RangeError("loadHistories: no recording tasks of v5.4"),
  );
});

test.for([
  ["{", "not JSON"],
  ["7", "not an object"],
  ['{"id": "a"}', "kernel: expected a text"],
  ['{"id": "a", "kernel": "x"}', "files: expected a list"],
  [
    '{"id": "a", "kernel": "x", "files": [], "history": [1], "after": [{}], "env": {}}',
    "history: expected texts",
  ],
  [
    '{"id": "a", "kernel": "x", "files": [], "history": [], "after": [{}], "env": {}}',
    "after: expected a state for each call",
  ],
  [
    '{"id": "a", "kernel": "x", "files": [], "history": [], "after": []}',
    "env: expected an object",
  ],
])("%s is no history: %s", ([line, problem]) => {
  expect(parseHistory(line)).toEqual({ ok: false, problem });
});
