/**
 * Captures that something went wrong with: each ends with one clear line, or is explained. What a
 * round does follows from its number.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { forkpath } from "./session.ts";

const WHOLE = fileURLToPath(
  new URL("../../../packages/procfs/test/captures/sshd/pre", import.meta.url),
);
const ROUNDS = 300;
const folder = mkdtempSync(join(tmpdir(), "forkpath-broken-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Dice = (below: number) => number;

/** Numerical Recipes' generator: enough to choose with. */
function diceOf(seed: number): Dice {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const linesOf = (bytes: Buffer): string[] => bytes.toString("latin1").split("\n");
const ofLines = (lines: readonly string[]): Buffer => Buffer.from(lines.join("\n"), "latin1");

const BREAKS: Readonly<Record<string, (bytes: Buffer, dice: Dice) => Buffer>> = {
  cut: (bytes, dice) => bytes.subarray(0, dice(bytes.length)),
  "swap lines": (bytes, dice) => {
    const lines = linesOf(bytes);
    const [one, other] = [dice(lines.length), dice(lines.length)];
    [lines[one], lines[other]] = [lines[other], lines[one]];
    return ofLines(lines);
  },
  "huge number": (bytes, dice) => {
    const lines = linesOf(bytes);
    const at = dice(lines.length);
    lines[at] = lines[at].replace(/\d+/, "9".repeat(12 + dice(12)));
    return ofLines(lines);
  },
  noise: (bytes, dice) => {
    const broken = Buffer.from(bytes);
    for (let byte = 0; byte < 8; byte++) broken[dice(broken.length)] = dice(256);
    return broken;
  },
  "lose a line": (bytes, dice) => {
    const lines = linesOf(bytes);
    lines.splice(dice(lines.length), 1);
    return ofLines(lines);
  },
  empty: () => Buffer.alloc(0),
};

test(`${ROUNDS} broken captures`, async () => {
  const names = readdirSync(WHOLE);
  const kinds = Object.keys(BREAKS);
  const ends = new Map<number, number>();
  for (let round = 0; round < ROUNDS; round++) {
    const dice = diceOf(round);
    const name = names[dice(names.length)];
    const kind = kinds[dice(kinds.length)];
    const broken = join(folder, String(round));
    cpSync(WHOLE, broken, { recursive: true });
    writeFileSync(join(broken, name), BREAKS[kind](readFileSync(join(WHOLE, name)), dice));
    const { exitCode, out, err } = await forkpath(["explain", broken]);
    const what = `round ${round}: ${kind} in ${name}`;
    ends.set(exitCode, (ends.get(exitCode) ?? 0) + 1);
    if (exitCode === 0) expect(out[0], what).toMatch(/^\S.*, process \d+: VmRSS [\d,?]+ kB$/);
    else {
      expect(exitCode, what).toBe(2);
      expect(err.length, what).toBe(1);
      expect(err[0], what).toMatch(/^error: .*: wanted .*, got ./);
      expect(err[0], what).not.toContain("undefined");
    }
    rmSync(broken, { recursive: true });
  }
  expect([...ends.keys()].sort()).toEqual([0, 2]);
  expect(ends.get(2)).toBeGreaterThan(ROUNDS / 4);
});
