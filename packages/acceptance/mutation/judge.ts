/**
 * Does any test notice a fault? First the tests of its own package are asked, then those of the
 * packages that stand on it.
 */
import { type Fault, pathOf } from "./fault.ts";
import { nameOf, type Suite } from "./suite.ts";
import type { Tests } from "./tests.ts";
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

export class Judge {
  readonly #workspace: Workspace;
  readonly #tests: Tests;
  readonly #suitesOf: (fault: Fault) => readonly Suite[];
  /** Names of suites that are known to pass without a fault. */
  readonly #sound = new Set<string>();

  /** @param suitesOf the suites that look at a fault, its own package's first */
  constructor(workspace: Workspace, tests: Tests, suitesOf: (fault: Fault) => readonly Suite[]) {
    this.#workspace = workspace;
    this.#tests = tests;
    this.#suitesOf = suitesOf;
  }

  /**
   * @throws FaultMovedError when the fault does not fit its source
   * @throws Error when a suite fails without any fault
   */
  async judge(fault: Fault): Promise<Verdict> {
    for (const [index, suite] of this.#suitesOf(fault).entries()) {
      await this.#expectSound(suite);
      const result = await this.#workspace.withFault(fault, () =>
        this.#tests.run(suite, pathOf(fault)),
      );
      if (result.kind === "broken") return result;
      if (result.kind === "failed") {
        return { kind: "killed", by: suite.dir, test: result.test, isAtHome: index === 0 };
      }
    }
    return { kind: "survived" };
  }

  /** Runs the suite once without a fault: one that fails even so would kill every fault. */
  async #expectSound(suite: Suite): Promise<void> {
    if (this.#sound.has(nameOf(suite))) return;
    const result = await this.#tests.run(suite);
    if (result.kind !== "passed") {
      const reason = result.kind === "failed" ? result.test : result.problem;
      throw new Error(`the tests of ${suite.dir} fail without any fault: ${reason}`);
    }
    this.#sound.add(nameOf(suite));
  }
}
