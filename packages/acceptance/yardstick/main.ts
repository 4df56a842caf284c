/**
 * Holds `forkpath bench fork` against two yardsticks in C, in turn, so that a machine whose speed
 * drifts cannot favour either side.
 *
 *    cfork      a loop with the memory traffic of the kernel's PTE copy; the kernel's own C costs
 *               1.45 times as much with sequential frames, 1.0 times with permuted ones
 *    live-fork  fork() of the kernel that runs here
 *
 * usage: node yardstick/main.ts [MIB] [ROUNDS]    needs gcc, and a built workspace
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const HERE = import.meta.dirname;
const FORKPATH = resolve(HERE, "../../../apps/cli/dist/main.js");
const RUNS = "15";

interface Round {
  /** ns an entry, best of the round's runs. */
  readonly model: number;
  readonly yardstick: number;
}

const capture = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 24 });

function compile(source: string, into: string): string {
  const binary = join(into, source.replace(".c", ""));
  capture("gcc", "-O2", "-w", "-o", binary, join(HERE, source));
  return binary;
}

const benchModel = (
  mib: string,
  frames: string,
): { nsPerPteBest: number; exitNsPerPteBest: number } =>
  JSON.parse(
    capture(
      process.execPath,
      FORKPATH,
      "bench",
      "fork",
      "--mib",
      mib,
      "--frames",
      frames,
      "--runs",
      RUNS,
      "--json",
    ),
  );

function compare(cfork: string, mib: string, frames: string, rounds: number): Round[] {
  return Array.from({ length: rounds }, () => ({
    yardstick: JSON.parse(capture(cfork, mib, frames, RUNS)).nsPerPteBest,
    model: benchModel(mib, frames).nsPerPteBest,
  }));
}

const best = (values: readonly number[]): number => Math.min(...values);
const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function report(name: string, rounds: readonly Round[]): void {
  const models = rounds.map(({ model }) => model);
  const yardsticks = rounds.map(({ yardstick }) => yardstick);
  const ratios = rounds.map(({ model, yardstick }) => model / yardstick);
  console.log(
    `${name.padEnd(16)} model ${best(models).toFixed(2)} ns, yardstick ${best(yardsticks).toFixed(2)} ns; ` +
      `ratio of the bests ${(best(models) / best(yardsticks)).toFixed(2)}, ` +
      `by round: least ${best(ratios).toFixed(2)}, median ${middle(ratios).toFixed(2)}`,
  );
}

function main([mib = "1024", rounds = "5"]: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), "forkpath-yardstick-"));
  const cfork = compile("cfork.c", folder);
  for (const frames of ["seq", "perm"]) {
    report(`cfork ${frames}`, compare(cfork, mib, frames, Number(rounds)));
  }
  const { nsPerPteBest, exitNsPerPteBest } = benchModel(mib, "seq");
  const live = capture(compile("live-fork.c", folder), mib, "3").trim();
  const livePerPte = Number(/best ns\/pte ([\d.]+)/.exec(live)?.[1]);
  console.log(`live-fork        ${live}`);
  console.log(`                 ${(livePerPte / nsPerPteBest).toFixed(1)} times the model's fork`);
  console.log(`exit             ${(exitNsPerPteBest / nsPerPteBest).toFixed(2)} times fork`);
}

main(process.argv.slice(2));
