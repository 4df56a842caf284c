/**
 * The process that runs tests: `Tests` starts it, sends requests, and ends it when it hangs.
 *
 * Vitest stays loaded between requests, and what it has transformed stays with it, so that a run
 * costs what its tests cost. Workers are threads of this process: a fault that never ends, or
 * eats all memory, ends with the process.
 */
import { join, relative } from "node:path";
import { type BaseSequencer, createVitest, type TestSpecification, type Vitest } from "vitest/node";
import { nearestFirst } from "./order.ts";
import type { RunReply, RunRequest, SuiteResult, TestFile } from "./suite.ts";

interface Instance {
  readonly vitest: Vitest;
  readonly specs: readonly TestSpecification[];
  /** Sources that were edited, or mended, since this instance read them. */
  readonly stale: Set<string>;
}
type TestRun = Awaited<ReturnType<Vitest["runTestSpecifications"]>>;
type TestModule = TestRun["testModules"][number];

const root = process.cwd();
const instances = new Map<string, Instance>();
const reply = (message: RunReply): void => void process.send?.(message);
const WATCH_MS = 200;
const PROBES = join(import.meta.dirname, "reach/setup.ts");
const processorMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
/** What this process had used when the last test ended: unlike a clock, it waits for no one. */
let usedMs = 0;

process.on("message", async (request: RunRequest) => {
  usedMs = processorMs();
  const watch = setInterval(
    () => {
      if (processorMs() - usedMs > request.patienceMs) reply("hung");
    },
    Math.min(WATCH_MS, request.patienceMs),
  );
  const broken = (error: unknown): SuiteResult => ({ kind: "broken", problem: String(error) });
  reply(await answer(request).catch(broken));
  clearInterval(watch);
});

async function answer(request: RunRequest): Promise<SuiteResult | readonly TestFile[]> {
  const { suite, edited, isSurvey = false } = request;
  const { vitest, specs, stale } = await instanceOf(suite.dir, isSurvey);
  if (edited !== undefined) for (const instance of instances.values()) instance.stale.add(edited);
  for (const path of stale) vitest.invalidateFile(`${root}/${path}`);
  stale.clear();
  if (edited !== undefined) stale.add(edited);
  const chosen = chooseSpecs(specs, request);
  if (chosen.length === 0) return { kind: "broken", problem: `no test in ${suite.dir}` };
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(chosen);
  // Vitest tells of every file that this instance has ever run.
  const ran = chosen.flatMap(({ moduleId }) =>
    testModules.filter((module) => module.moduleId === moduleId),
  );
  const result = readRun(ran, unhandledErrors);
  return isSurvey && result.kind === "passed" ? ran.map(surveyOf) : result;
}

/** Vitest for the package in `dir`, made when it is first asked for. */
async function instanceOf(dir: string, isSurvey: boolean): Promise<Instance> {
  const known = instances.get(dir);
  if (known !== undefined) return known;
  const vitest = await createVitest("test", {
    root: `${root}/${dir}`,
    watch: false,
    ...{ bail: 1, pool: "threads", isolate: isSurvey, fileParallelism: false, cache: false },
    setupFiles: isSurvey ? [PROBES] : [],
    // The runner's own patience is processor time: a machine under load fails no test.
    testTimeout: 3_600_000,
    // Vitest would put the largest file first.
    sequence: { sequencer: AsGiven as unknown as typeof BaseSequencer },
    reporters: [
      {
        onTestCaseResult: () => {
          usedMs = processorMs();
        },
      },
    ],
  });
  const specs = await vitest.globTestSpecifications();
  const instance = { vitest, specs, stale: new Set<string>() };
  instances.set(dir, instance);
  return instance;
}

class AsGiven {
  shard(specs: TestSpecification[]): TestSpecification[] {
    return specs;
  }
  sort(specs: TestSpecification[]): TestSpecification[] {
    return specs;
  }
}

function chooseSpecs(
  specs: readonly TestSpecification[],
  { suite: { dir, files }, edited = "", files: wanted }: RunRequest,
): TestSpecification[] {
  const byPath = new Map(specs.map((spec) => [pathOf(spec), spec]));
  const isOfSuite = (path: string): boolean =>
    files === undefined || files.some((file) => path.startsWith(`${dir}/${file}`));
  const paths =
    wanted ?? nearestFirst([...byPath.keys()].filter(isOfSuite).sort(), edited, (path) => path);
  return paths.map((path) => byPath.get(path)!);
}

const pathOf = ({ moduleId }: { readonly moduleId: string }): string => relative(root, moduleId);

const surveyOf = (module: TestModule): TestFile => ({
  path: pathOf(module),
  ms: module.meta().ms ?? 0,
  reached: module.meta().reached ?? [],
});

/** The first test that failed, or what kept the tests from running. */
function readRun(
  modules: readonly TestModule[],
  unhandledErrors: TestRun["unhandledErrors"],
): SuiteResult {
  for (const module of modules) {
    const failure = readFailure(module);
    if (failure !== undefined) return failure;
  }
  if (unhandledErrors.length === 0) return { kind: "passed" };
  return { kind: "failed", test: `an error outside of tests: ${textOf(unhandledErrors[0])}` };
}

function readFailure(module: TestModule): SuiteResult | undefined {
  for (const test of module.children.allTests("failed")) {
    const errors = test.result().errors ?? [];
    const missing = errors.find(({ name }) => name === "ReferenceError");
    if (missing === undefined) return { kind: "failed", test: test.fullName, file: pathOf(module) };
    return { kind: "broken", problem: `ReferenceError: ${missing.message.split("\n")[0]}` };
  }
  if (module.state() !== "failed") return undefined;
  return { kind: "broken", problem: `${module.moduleId}: ${textOf(module.errors()[0])}` };
}

const textOf = (error: unknown): string =>
  error instanceof Error || (typeof error === "object" && error !== null && "message" in error)
    ? String(error.message)
    : String(error);
