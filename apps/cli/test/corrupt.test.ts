/**
 * 1,000 broken inputs, run inside the test, and some of them as processes: `pnpm corrupt` runs all
 * of them so. Each is refused in clear words, or is still valid; none hangs, shows a stack or takes
 * the machine's memory.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgram } from "../src/program.ts";
import { colorsFor } from "../src/terminal.ts";
import { type Input, makeInputs } from "./corrupt/inputs.ts";
import { complaints, type Ending } from "./corrupt/judge.ts";
import { gatherMaterial, type Material } from "./corrupt/material.ts";
import { runProcess, writeFiles } from "./corrupt/run-process.ts";

const SEED = Number(process.env.CORRUPT_SEED ?? 1);
const COUNT = 1000;
const PARTS = 10;
/** Two of each kind. */
const PROCESSES = 16;
const MOST_KIB = 2 ** 20;
/** Milliseconds after which long work hears Ctrl-C: what is still valid may be long. */
const PATIENCE = 100;

let folder = "";
let material: Material;

async function runInside(words: readonly string[]): Promise<Ending> {
  const out: string[] = [];
  const err: string[] = [];
  const { user, system } = process.cpuUsage();
  const exitCode = await runProgram(words, {
    stdin: (async function* () {})(),
    env: {},
    colors: colorsFor({}, {}),
    status: null,
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    onInterrupt(listener) {
      const timer = setTimeout(listener, PATIENCE);
      return () => clearTimeout(timer);
    },
  });
  const used = process.cpuUsage();
  const seconds = (used.user - user + used.system - system) / 1e6;
  return { exitCode, out: out.join("\n"), err: err.join("\n"), seconds };
}

async function runInput(input: Input): Promise<Ending> {
  const { words, files } = input;
  writeFiles(input, folder);
  const isFile = (word: string): boolean => Object.hasOwn(files, word);
  return runInside(words.map((word) => (isFile(word) ? join(folder, word) : word)));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "forkpath-"));
  material = await gatherMaterial(async (words) => (await runInside(words)).out);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe(`${COUNT} broken inputs, seed ${SEED}`, () => {
  test.for(Array.from({ length: PARTS }, (_, part) => part))("part %i", async (part) => {
    const inputs = makeInputs(SEED, COUNT, material).filter(
      ({ number }) => number % PARTS === part,
    );
    const found: string[] = [];
    for (const input of inputs) found.push(...complaints(input, await runInput(input)));
    expect(found).toEqual([]);
  });

  test("some of them as processes", async () => {
    const found: string[] = [];
    let largest = 0;
    for (const input of makeInputs(SEED, COUNT, material).slice(0, PROCESSES)) {
      writeFiles(input, folder);
      const ending = await runProcess(input.words, folder);
      found.push(...complaints(input, ending));
      largest = Math.max(largest, ending.mib);
    }
    expect(found).toEqual([]);
    expect(largest).toBeLessThan(1024);
  });

  test("take no more than 1 GB", () => {
    expect(process.resourceUsage().maxRSS).toBeLessThan(MOST_KIB);
  });
});
