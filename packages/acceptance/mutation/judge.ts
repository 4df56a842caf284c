/**
 * Does any test notice a fault? First the tests of its own package are asked, then those of the
 * packages that stand on it.
 */
import type { Fault } from "./fault.ts";
import { runSuite, type Suite, type SuiteResult } from "./suite.ts";
import type { Workspace } from "./workspace.ts";

export type Verdict =
  | {
      readonly kind: "killed";
      /** The suite's folder. */
      readonly by: string;
      readonly test: string;
      /** Whether its own package's tests noticed. */
      readonly isAtHome: boolean;
    }
  | { readonly kind: "survived" }
  /** The fault is no fault: the code does not load, or names what is not there. */
  | { readonly kind: "broken"; readonly problem: string };

const ROOM_MS = 30_000;
/** A faulty run gets this many times what a sound one took: the machine may be busy by then. */
const PATIENCE = 4;
const FIRST_LIMIT_MS = 600_000;

export class Judge {
  readonly #workspace: Workspace;
  readonly #suitesOf: (fault: Fault) => readonly Suite[];
  /** By the suite's folder. */
  readonly #limitsMs = new Map<string, number>();

  /** @param suitesOf the suites that look at a fault, its own package's first */
  constructor(workspace: Workspace, suitesOf: (fault: Fault) => readonly Suite[]) {
    this.#workspace = workspace;
    this.#suitesOf = suitesOf;
  }

  /**
   * @throws FaultMovedError when the fault does not fit its source
   * @throws Error when a suite fails without any fault
   */
  async judge(fault: Fault): Promise<Verdict> {
    for (const [index, suite] of this.#suitesOf(fault).entries()) {
      const limitMs = await this.#limitOf(suite);
      const run = (): Promise<SuiteResult> => runSuite(this.#workspace.root, suite, limitMs);
      const result = await this.#workspace.withFault(fault, run);
      if (result.kind === "broken") return result;
      if (result.kind === "failed") {
        return { kind: "killed", by: suite.dir, test: result.test, isAtHome: index === 0 };
      }
    }
    return { kind: "survived" };
  }

  /** Measured once, without a fault; a suite that fails even so would kill every fault. */
  async #limitOf(suite: Suite): Promise<number> {
    const known = this.#limitsMs.get(suite.dir);
    if (known !== undefined) return known;
    const start = performance.now();
    const result = await runSuite(this.#workspace.root, suite, FIRST_LIMIT_MS);
    if (result.kind !== "passed") {
      const reason = result.kind === "failed" ? result.test : result.problem;
      throw new Error(`the tests of ${suite.dir} fail without any fault: ${reason}`);
    }
    const limitMs = (performance.now() - start) * PATIENCE + ROOM_MS;
    this.#limitsMs.set(suite.dir, limitMs);
    return limitMs;
  }
}
