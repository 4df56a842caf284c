/**
 * Runs one package's tests, up to the first that fails.
 *
 * Vitest runs as a process of its own, with its workers as threads in it: so a fault that never
 * ends, or eats all memory, ends with the process.
 */
import { spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";

export interface Suite {
  /** From the root of the workspace. */
  readonly dir: string;
  /** Test files, or the beginnings of their paths; all of the package's without it. */
  readonly files?: readonly string[];
}

export type SuiteResult =
  | { readonly kind: "passed" }
  /** Names the first test that failed, or says that there was no end. */
  | { readonly kind: "failed"; readonly test: string }
  /** The tests did not run, or met a name that does not exist: that proves nothing. */
  | { readonly kind: "broken"; readonly problem: string };

/** The parts of Vitest's JSON report that are read here. */
interface Report {
  readonly success: boolean;
  readonly testResults: readonly FileReport[];
}
interface FileReport {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly TestReport[];
}
interface TestReport {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages: readonly string[] | null;
}

/**
 * One worker and no cache of earlier results, so that the same test is always the first to fail.
 */
const VITEST_OPTIONS = [
  ...["--bail=1", "--pool=threads", "--no-isolate", "--no-file-parallelism", "--no-cache"],
  ...["--reporter=json", "--passWithNoTests=false"],
];

/** Runs the suite in the workspace at `root`, for at most `limitMs`. */
export async function runSuite(root: string, suite: Suite, limitMs: number): Promise<SuiteResult> {
  const reportPath = join(root, "report.json");
  await rm(reportPath, { force: true });
  const output = [`--outputFile=${reportPath}`, `--fsModuleCachePath=${join(root, "modules")}`];
  const words = ["run", ...VITEST_OPTIONS, ...output, ...(suite.files ?? [])];
  const run = await runVitest(root, suite.dir, words, limitMs);
  if (run.isTimeUp)
    return { kind: "failed", test: `no end within ${Math.round(limitMs / 1000)} s` };
  try {
    return readReport(JSON.parse(await readFile(reportPath, "utf8")) as Report);
  } catch {
    return { kind: "broken", problem: `vitest wrote no report:\n${run.text.trim()}` };
  }
}

interface Run {
  readonly isTimeUp: boolean;
  /** What it printed. */
  readonly text: string;
}

function runVitest(
  root: string,
  dir: string,
  words: readonly string[],
  limitMs: number,
): Promise<Run> {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const child = spawn(process.execPath, [vitest, ...words], {
    cwd: join(root, dir),
    env: withoutVitest(process.env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let text = "";
    let isTimeUp = false;
    const timer = setTimeout(() => {
      isTimeUp = true;
      child.kill("SIGKILL");
    }, limitMs);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
    }
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      resolve({ isTimeUp, text });
    });
  });
}

/** Vitest must not take itself for a worker of the Vitest that may run around it. */
const withoutVitest = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("VITEST")));

function readReport({ success, testResults }: Report): SuiteResult {
  for (const file of testResults) {
    const failed = file.assertionResults.find(({ status }) => status === "failed");
    if (failed !== undefined) return readFailure(failed);
    if (file.status === "failed")
      return { kind: "broken", problem: `${file.name}: ${file.message}` };
  }
  return success ? { kind: "passed" } : { kind: "broken", problem: "vitest failed without a test" };
}

function readFailure({ fullName, failureMessages }: TestReport): SuiteResult {
  const missing = failureMessages?.find((message) => message.startsWith("ReferenceError"));
  if (missing === undefined) return { kind: "failed", test: fullName.trim() };
  return { kind: "broken", problem: missing.split("\n")[0] ?? missing };
}
