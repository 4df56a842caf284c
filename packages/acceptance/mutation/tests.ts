/**
 * Runs suites in a process of their own, which is started when it is needed, kept between runs,
 * and killed when no test of it has ended for too long.
 */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { RunReply, RunRequest, Suite, SuiteResult } from "./suite.ts";

/** Of processor time. The longest that a sound test takes is some two seconds. */
const PATIENCE_MS = 10_000;
const RUNNER = join(import.meta.dirname, "runner.ts");
/** MiB, of each worker: an edit that allocates without end fails before the machine does. */
const HEAP = 2000;

export class Tests {
  readonly #root: string;
  readonly #patienceMs: number;
  #child: ChildProcess | undefined;

  /**
   * @param root of a workspace
   * @param patienceMs processor time without the end of a test, after which a run has no end
   */
  constructor(root: string, patienceMs: number = PATIENCE_MS) {
    this.#root = root;
    this.#patienceMs = patienceMs;
  }

  /** Runs the suite up to the first test that fails; `edited` is what {@link RunRequest} says. */
  async run(suite: Suite, edited?: string): Promise<SuiteResult> {
    this.#child ??= startRunner(this.#root);
    const request: RunRequest = { suite, patienceMs: this.#patienceMs };
    const reply = await ask(this.#child, edited === undefined ? request : { ...request, edited });
    if (typeof reply === "object") return reply;
    this.close();
    if (reply === "gone") return { kind: "failed", test: "the process of the tests ended" };
    return { kind: "failed", test: `no end within ${Math.round(this.#patienceMs / 1000)} s` };
  }

  /** Ends the process, if there is one. */
  close(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }
}

const ask = (child: ChildProcess, request: RunRequest): Promise<RunReply | "gone"> =>
  new Promise((resolve) => {
    const end = (reply: RunReply | "gone"): void => {
      child.removeAllListeners();
      resolve(reply);
    };
    child.on("message", end);
    child.on("exit", () => end("gone"));
    child.send(request);
  });

/** Vitest must not take itself for a worker of the Vitest that may run around it. */
const withoutVitest = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("VITEST")));

const startRunner = (root: string): ChildProcess =>
  fork(RUNNER, {
    cwd: root,
    env: withoutVitest(process.env),
    execArgv: [`--max-old-space-size=${HEAP}`],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
