/** `forkpath replay`, run inside the test. */
import { expect, test } from "vitest";
import { json, SHIPPED, text } from "./explorations.ts";
import { forkpath } from "./session.ts";

test("replay shows one schedule, in columns", async () => {
  const session = await forkpath(["replay", `${SHIPPED}@v1:ab16`]);
  expect(session.exitCode).toBe(1);
  expect(session.out.slice(2, 6)).toEqual([
    "exec                                      fault",
    "acct_arg_size  load anon_rss of mm1: 10",
    "                                          ⋮ 1 step",
    "                                          do_anonymous_page  load anon_rss of mm1: 10",
  ]);
  expect(session.out.at(-1)).toBe("FAIL  final: _anon_rss: wanted 17, got 13");
  const fine = await forkpath(["replay", "exec-charge-cured@v1:a", "--full"]);
  expect(fine.exitCode).toBe(0);
  expect(fine.out.at(-1)).toBe("ok  _anon_rss 17");
  expect(text(fine)).toContain("lock page_table_lock of mm1");
});

test("replay --json tells the same to a program", async () => {
  const session = await forkpath(["replay", `${SHIPPED}@v1:ab16`, "--json"]);
  expect(json(session)).toMatchObject({
    litmus: SHIPPED,
    schedule: "v1:ab16",
    outcome: "_anon_rss 13",
    failure: { kind: "final", message: "_anon_rss: wanted 17, got 13" },
    findings: [{ monitor: "lockset" }, { monitor: "happens-before" }],
  });
});

test("every replay string that explore prints is one that replay takes", async () => {
  const { failures } = json(await forkpath(["explore", "d01-exec-arguments", "--json"]));
  expect(failures.length).toBeGreaterThan(0);
  for (const { replay, kind, message } of failures) {
    const session = await forkpath(["replay", replay]);
    expect(session.exitCode).toBe(1);
    expect(session.out.at(-1)).toBe(`FAIL  ${kind}: ${message}`);
  }
});
