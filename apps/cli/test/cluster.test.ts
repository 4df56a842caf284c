/**
 * The files of examples/cluster, each in the environment that its system makes: a shell runs the
 * commands that stand in the file, and what they ask of forkpath is done inside the test.
 */
import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { forkpath, forkpathIn } from "./session.ts";

const FOLDER = join(import.meta.dirname, "../../../examples/cluster");
const LITMUS = "d36-fork-against-mmap";
const PARTS = 8;

/** By file: what its system sets for part `index`, counted from 0; and where the merge stands. */
const SYSTEMS: Readonly<
  Record<string, { env: (index: number) => Record<string, string>; merge: string }>
> = {
  "kubernetes.yaml": {
    env: (index) => ({ JOB_COMPLETION_INDEX: `${index}` }),
    merge: "merge.sh",
  },
  "slurm.sh": {
    env: (index) => ({
      SLURM_ARRAY_TASK_ID: `${index}`,
      SLURM_ARRAY_TASK_MIN: "0",
      SLURM_ARRAY_TASK_COUNT: `${PARTS}`,
    }),
    merge: "merge.sh",
  },
  "github.yml": { env: (index) => ({ SHARD: `${index + 1}` }), merge: "github.yml" },
  "gitlab.yml": {
    env: (index) => ({ CI_NODE_INDEX: `${index + 1}`, CI_NODE_TOTAL: `${PARTS}` }),
    merge: "gitlab.yml",
  },
};

/** In place of npx: notes the words behind `forkpath`, and ends as it is told. */
const NPX = `#!/bin/sh
[ "$1" = forkpath ] || exit 9
shift
for word do printf '%s\\n' "$word" >> "$WORDS"; done
exit "$END"
`;

/** The one line of `file` that calls that command of forkpath, without what YAML puts around it. */
async function commandIn(file: string, name: string): Promise<string> {
  const text = await readFile(join(FOLDER, file), "utf8");
  const lines = text.split("\n").filter((line) => line.includes(`npx forkpath ${name} `));
  const commands = lines.filter((line) => !line.trimStart().startsWith("#"));
  expect(commands).toHaveLength(1);
  return commands[0].replace(/^\s*(- run: |- )?/, "");
}

/**
 * Runs it in `folder`. @returns the words that forkpath was called with, and how the shell ended
 */
async function callsOf(
  command: string,
  folder: string,
  env: Record<string, string>,
  end: number,
): Promise<{ words: string[]; code: number }> {
  const bin = await mkdtemp(join(tmpdir(), "forkpath-npx-"));
  const npx = join(bin, "npx");
  await writeFile(npx, NPX);
  await chmod(npx, 0o755);
  const path = `${bin}${delimiter}${process.env.PATH}`;
  const noted = join(bin, "words");
  const whole = { ...env, LITMUS, PATH: path, WORDS: noted, END: `${end}` };
  const ended = await promisify(execFile)("sh", ["-c", command], { cwd: folder, env: whole }).then(
    () => 0,
    (error: { code: number }) => error.code,
  );
  const words = (await readFile(noted, "utf8")).split("\n").slice(0, -1);
  return { words, code: ended };
}

test.each(Object.keys(SYSTEMS))("%s: eight parts, merged, are the whole", async (file) => {
  const { env, merge } = SYSTEMS[file];
  const folder = await mkdtemp(join(tmpdir(), "forkpath-cluster-"));
  const explore = await commandIn(file, "explore");
  for (let index = 0; index < PARTS; index++) {
    const before = await readdir(folder);
    const { words, code } = await callsOf(explore, folder, env(index), 1);
    expect(code).toBe(0); // a schedule that fails is no failure of the part
    const [written] = (await readdir(folder)).filter((one) => !before.includes(one));
    const { out, err } = await forkpathIn(env(index), words);
    expect(err).toEqual([]);
    await writeFile(join(folder, written), out.join("\n"));
  }
  const { words } = await callsOf(await commandIn(merge, "merge"), folder, {}, 0);
  const inFolder = words.map((word) => (word.endsWith(".json") ? join(folder, word) : word));
  const merged = await forkpath(inFolder);
  const whole = await forkpath(["explore", LITMUS, "--everywhere"]);
  expect(merged.exitCode).toBe(1);
  expect(merged.err).toEqual([]);
  expect(merged.out.at(-1)).toBe(whole.out.at(-1));
});

test.each(Object.keys(SYSTEMS))(
  "%s: what is no schedule that failed, fails the part",
  async (file) => {
    const folder = await mkdtemp(join(tmpdir(), "forkpath-cluster-"));
    const { code } = await callsOf(
      await commandIn(file, "explore"),
      folder,
      SYSTEMS[file].env(0),
      2,
    );
    expect(code).not.toBe(0);
  },
);
