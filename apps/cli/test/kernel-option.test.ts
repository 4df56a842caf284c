/** --kernel: another release of Linux, for whatever a command runs. */
import { expect, test } from "vitest";
import { MIGRATION } from "./scenarios.ts";
import { forkpath } from "./session.ts";

/** el6 forgets to count the pages that migrate during a fork: D3. Later kernels do not. */
test.each([[["run", "-", "--check"]], [["faults", "-"]], [["show", "-", "--check"]]])(
  "%s finds on el6 what later kernels have mended",
  async (words) => {
    const before = await forkpath(words, MIGRATION);
    expect(before.out.join("\n")).toMatch(/anon_rss is 1, but 2 counted/);
    const later = await forkpath([...words, "--kernel", "v6.18"], MIGRATION);
    expect(later.out.join("\n")).not.toMatch(/counted/);
    expect(later.exitCode).toBe(0);
  },
);

test("a litmus has the release in its name, and in what replays it", async () => {
  const litmus = ["d01-exec-arguments", "--kernel", "v6.18"];
  const { out, exitCode } = await forkpath(["explore", ...litmus, "--json"]);
  const { litmus: name, failures } = JSON.parse(out.join("\n"));
  expect([name, failures, exitCode]).toEqual(["d01-exec-arguments+v6.18", [], 0]);
  const again = await forkpath(["replay", `${name}@v1:a`]);
  expect([again.exitCode, again.err]).toEqual([0, []]);
});

test("a litmus on bare counters is of no release", async () => {
  const { exitCode, err } = await forkpath(["explore", "exec-charge-shipped", "--kernel", "v6.1"]);
  expect(exitCode).toBe(2);
  expect(err).toEqual(["error: exec-charge-shipped is of no release: it has counters only"]);
});

test("demo shows the release that it is asked for", async () => {
  expect((await forkpath(["demo", "--kernel", "v6.1"])).out[0]).toBe(
    "One fork of Linux 6.1 on x86-64",
  );
});

test("a release that there is none of is refused, with those that there are", async () => {
  const { exitCode, err } = await forkpath(["run", "-", "--kernel", "v5.8"], MIGRATION);
  expect(exitCode).toBe(2);
  expect(err[0]).toMatch(/Allowed choices are el6, v3.10, .*v6.18/);
});
