/**
 * Does any test notice a fault? First the tests of its own package are asked, then those of the
 * packages that stand on it.
 */
import { type Fault, pathOf } from "./fault.ts";
import type { Reach } from "./reach/reach.ts";
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
  /** How many test files ran with the fault; undefined where it is not known which reach it. */
  | { readonly kind: "survived"; readonly files?: number }
  /** The fault is no fault: the code does not load, or names what is not there. */
  | { readonly kind: "broken"; readonly problem: string };

export class Judge {
  readonly #workspace: Workspace;
  readonly #tests: Tests;
  readonly #suitesOf: (fault: Fault) => readonly Suite[];
  readonly #reach: Reach | undefined;
  /** Names of suites that are known to pass without a fault. */
  readonly #sound = new Set<string>();
  /** Test files by the source of which they have noticed a fault, the last first. */
  readonly #killers = new Map<string, readonly string[]>();

  /**
   * @param suitesOf the suites that look at a fault, its own package's first
   * @param reach leaves out test files that do not reach a fault; without it all run
   */
  constructor(
    workspace: Workspace,
    tests: Tests,
    suitesOf: (fault: Fault) => readonly Suite[],
    reach?: Reach,
  ) {
    this.#workspace = workspace;
    this.#tests = tests;
    this.#suitesOf = suitesOf;
    this.#reach = reach;
  }

  /**
   * @throws FaultMovedError when the fault does not fit its source
   * @throws Error when a suite fails without any fault
   */
  async judge(fault: Fault): Promise<Verdict> {
    const source = pathOf(fault);
    let ran = 0;
    for (const [index, suite] of this.#suitesOf(fault).entries()) {
      const files = this.#filesFor(suite, fault);
      if (files?.length === 0) continue;
      await this.#expectSound(suite);
      const result = await this.#workspace.withFault(fault, () =>
        this.#tests.run(suite, source, files),
      );
      if (result.kind === "broken") return result;
      if (result.kind === "failed") {
        if (result.file !== undefined) this.#remember(result.file, source);
        return { kind: "killed", by: suite.dir, test: result.test, isAtHome: index === 0 };
      }
      ran += files?.length ?? 0;
    }
    return this.#reach === undefined ? { kind: "survived" } : { kind: "survived", files: ran };
  }

  /** Those that reach the fault; first those that noticed others in its source. */
  #filesFor(suite: Suite, fault: Fault): readonly string[] | undefined {
    const files = this.#reach?.filesFor(suite, fault);
    if (files === undefined) return undefined;
    const killers = this.#killers.get(pathOf(fault)) ?? [];
    const first = killers.filter((file) => files.includes(file));
    return [...first, ...files.filter((file) => !first.includes(file))];
  }

  #remember(file: string, source: string): void {
    const others = this.#killers.get(source)?.filter((other) => other !== file) ?? [];
    this.#killers.set(source, [file, ...others]);
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
