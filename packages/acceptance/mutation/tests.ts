/**
 * Runs suites in a process of their own, which is started when it is needed, kept between runs,
 * and killed when no test of it has ended for too long.
 */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { RunReply, RunRequest, Suite, SuiteResult, TestFile } from "./suite.ts";

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

  /**
   * Runs the suite up to the first test that fails.
   * @param edited what {@link RunRequest} says
   * @param files what {@link RunRequest} says
   */
  async run(suite: Suite, edited?: string, files?: readonly string[]): Promise<SuiteResult> {
    const reply = await this.#ask({
      suite,
      ...(edited === undefined ? {} : { edited }),
      ...(files === undefined ? {} : { files }),
    });
    if (!isSurvey(reply)) return reply;
    throw new TypeError("a survey that nobody asked for");
  }

  /**
   * Runs the whole suite over sources with probes.
   * @throws Error when a test fails
   */
  async survey(suite: Suite): Promise<readonly TestFile[]> {
    const reply = await this.#ask({ suite, isSurvey: true });
    if (!isSurvey(reply))
      throw new Error(`the tests of ${suite.dir} fail: ${JSON.stringify(reply)}`);
    return reply;
  }

  async #ask(request: Omit<RunRequest, "patienceMs">): Promise<Survey | SuiteResult> {
    this.#child ??= startRunner(this.#root);
    const reply = await ask(this.#child, { ...request, patienceMs: this.#patienceMs });
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

type Survey = readonly TestFile[];
const isSurvey = (reply: Survey | SuiteResult): reply is Survey => Array.isArray(reply);

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
