/** --kernel: another release of Linux, for whatever a command runs. */
import { expect, test } from "vitest";
import { kernelNamed } from "../src/commands/kernel-name.ts";
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

test.each([
  ["6.1", "v6.1"],
  ["6.1.0-13-amd64", "v6.1"],
  ["v6.1.158", "v6.1"],
  ["6.1.12-1.el8.elrepo.x86_64", "v6.1"],
  ["2.6.32-642.6.2.el6.x86_64", "el6"],
  ["3.10.0-1160.el7.x86_64", "rhel7"],
  ["4.18.0-553.el8_10.x86_64", "rhel8"],
])("%s is %s, as uname -r says it", (release, kernel) => {
  expect(kernelNamed(release)).toBe(kernel);
});

test.each([
  ["v5.8", "It is not modelled: its neighbours are v5.4 and v5.10."],
  ["6.8.0-45-generic", "It is not modelled: its neighbours are v6.1 and v6.12."],
  ["4.18.0-25-generic", "its neighbours are v4.14 and v5.4; of RHEL it is rhel8."],
  ["2.6.32", "Only RHEL's 2.6.32 is modelled: did you mean el6?"],
  ["5.14.0-362.el9.x86_64", "RHEL's own kernel of it is not modelled; did you mean v5.14?"],
  ["7.0", "It is not modelled: the newest is v6.18."],
  ["2.4.31", "It is not modelled: the oldest is el6."],
  ["el7", "Did you mean rhel7? Allowed choices are el6, v3.10, "],
  ["rhel9", " is invalid. Allowed choices are el6, v3.10, "],
  ["v61", "Did you mean v6.1? Allowed choices"],
])("--kernel %s is refused: %s", async (release, help) => {
  const { exitCode, err } = await forkpath(["run", "-", "--kernel", release], MIGRATION);
  expect([exitCode, err]).toEqual([2, [expect.stringContaining(help)]]);
});

test.each([
  [["kernels", "6.1.0-13-amd64"], "v6.1"],
  [["run", "fault-around", "--kernels", "6.1"], "v6.1"],
  [["run", "fault-around", "--kernels", "6.1..v6.12"], "v6.1"],
  [["bisect", "thp-after-fork", "--from", "5.10.7"], "v5.10 to v6.18"],
])("%s takes it, too", async (words, kernel) => {
  expect((await forkpath(words)).out.join("\n")).toContain(kernel);
});

test.each([
  ["el7+", "Did you mean rhel7? Wanted all, or releases such as v5.8+"],
  ["v6.1,rhel9", "v4.4..v5.4 or rhel8, got rhel9."],
  ["v5.8", "v5.8 has none of el6, v3.10, "],
])("--kernels %s is refused: %s", async (ranges, help) => {
  const { exitCode, err } = await forkpath(["run", "-", "--kernels", ranges], MIGRATION);
  expect([exitCode, err]).toEqual([2, [expect.stringContaining(help)]]);
});
