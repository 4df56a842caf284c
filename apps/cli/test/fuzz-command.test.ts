/** `forkpath fuzz`: random histories by command, and what becomes of one that fails. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FuzzReport, fuzz } from "@forkpath/fuzz";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tellFuzz } from "../src/commands/fuzz.ts";
import { withOutput } from "../src/output-file.ts";
import { colorsFor } from "../src/terminal.ts";
import { forkpath } from "./session.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "forkpath-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("histories that leave nothing miscounted are a line, and exit code 0", async () => {
  const session = await forkpath(["fuzz", "--steps", "300", "--seed", "3"]);
  expect(session).toEqual({
    exitCode: 0,
    out: [
      expect.stringMatching(/^300 steps in \d+ histories, seeds 3 to \d+: every recount clean$/),
    ],
    err: [],
  });
});

test("--json is one object", async () => {
  const { out } = await forkpath(["fuzz", "--steps", "1", "--json"]);
  const wanted = { seed: 1, histories: 1, steps: 1, ok: true, failure: null };
  expect(JSON.parse(out.join("\n"))).toEqual(wanted);
});

test.for([
  [["fuzz", "--steps", "0"], "option '--steps <N>' argument '0' is invalid."],
  [["fuzz", "--seed", "-1"], "option '--seed <S>' argument '-1' is invalid."],
] as const)("%j is refused with exit code 2", async ([words, message]) => {
  const { exitCode, err } = await forkpath(words);
  expect([exitCode, err[0]]).toEqual([2, expect.stringContaining(message)]);
});

describe("a failure", () => {
  /** The kernel has no error to find: so one is planted, a page that is promised to nobody. */
  const report: FuzzReport = fuzz({
    seed: 1,
    steps: 10_000,
    onStep: ({ machine, totals }) => {
      if (totals().totalForks >= 4) machine.mm.commit.committed++;
    },
  });

  async function tell(options: { output?: string; json?: boolean }): Promise<string> {
    const out: string[] = [];
    const terminal = { colors: colorsFor({}, {}), out: (text: string) => void out.push(text) };
    await withOutput(options.output, null, (write) =>
      tellFuzz(report, { seed: 1, steps: 10_000, ...options }, terminal, write),
    );
    return out.join("\n");
  }

  test("is told with its seed, and its scenario is shown", async () => {
    const text = await tell({});
    expect(text).toMatch(/: the last one fails at step \d+\n\n# Found by: forkpath fuzz --seed /);
    expect(text).toContain("#   I12: machine: vm_committed_as is ");
    expect(text).toContain("\nsteps:\n");
  });

  test("goes to the file that -o names, which a sound kernel runs without a fault", async () => {
    const output = join(folder, "found.yaml");
    expect(await tell({ output })).toMatch(/found\.yaml --check$/);
    expect(await readFile(output, "utf8")).toBe(report.failure?.text);
    expect((await forkpath(["run", output, "--check"])).exitCode).toBe(0);
  });

  test("is in the object that --json writes", async () => {
    expect(JSON.parse(await tell({ json: true }))).toMatchObject({
      ok: false,
      failure: { seed: report.failure?.seed, text: report.failure?.text },
    });
  });
});

test("a file that cannot be written is told before the first history", async () => {
  const words = ["fuzz", "--steps", "1000000000", "-o", join(folder, "no", "found.yaml")];
  const { exitCode, out, err } = await forkpath(words);
  expect([exitCode, out]).toEqual([2, []]);
  expect(err).toEqual([expect.stringMatching(/^error: cannot write .*ENOENT/)]);
});

test("a file for failures is not left behind where none were found", async () => {
  const output = join(folder, "none.yaml");
  expect((await forkpath(["fuzz", "--steps", "1", "-o", output])).exitCode).toBe(0);
  await expect(readFile(output)).rejects.toThrow("ENOENT");
  await writeFile(output, "an older one");
  await forkpath(["fuzz", "--steps", "1", "-o", output]);
  expect(await readFile(output, "utf8")).toBe("an older one");
});
