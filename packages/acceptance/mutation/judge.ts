/**
 * Does any test notice a fault? First the tests of its own package are asked, then those of the
 * packages that stand on it.
 */
import { type Batch, splitByTime } from "./batch.ts";
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
  | { readonly kind: "survived" }
  /** The first test files have not noticed it; there are others. */
  | { readonly kind: "open" }
  /** The fault is no fault: the code does not load, or names what is not there. */
  | { readonly kind: "broken"; readonly problem: string };

export class Judge {
  readonly #workspace: Workspace;
  readonly #tests: Tests;
  readonly #suitesOf: (fault: Fault) => readonly Suite[];
  readonly #reach: Reach | undefined;
  /** What test files still have to look at a fault that is open, by its id. */
  readonly #rest = new Map<string, readonly Batch[]>();
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
   * Where it is known which test files reach the fault, only as many of them look at it as take
   * little time: most faults are noticed then, and the others are open.
   * @throws FaultMovedError when the fault does not fit its source
   * @throws Error when a suite fails without any fault
   */
  async judge(fault: Fault): Promise<Verdict> {
    const [first, rest] = splitByTime(this.#batchesFor(fault));
    const verdict = await this.#run(fault, first);
    if (verdict.kind !== "survived" || rest.length === 0) return verdict;
    this.#rest.set(fault.id, rest);
    return { kind: "open" };
  }

  /** What the rest of the test files say of a fault that is open. Throws what `judge` does. */
  async judgeOpen(fault: Fault): Promise<Verdict> {
    return await this.#run(fault, this.#rest.get(fault.id) ?? []);
  }

  async #run(fault: Fault, batches: readonly Batch[]): Promise<Verdict> {
    for (const { suite, files } of batches) {
      await this.#expectSound(suite);
      const paths = files?.map(({ path }) => path);
      const result = await this.#workspace.withFault(fault, () =>
        this.#tests.run(suite, pathOf(fault), paths),
      );
      if (result.kind === "broken") return result;
      if (result.kind === "passed") continue;
      if (result.file !== undefined) this.#remember(result.file, pathOf(fault));
      const isAtHome = suite.dir === `packages/${fault.package}`;
      return { kind: "killed", by: suite.dir, test: result.test, isAtHome };
    }
    return { kind: "survived" };
  }

  /** Files that reach the fault; in each suite first those that noticed others in its source. */
  #batchesFor(fault: Fault): readonly Batch[] {
    return this.#suitesOf(fault).flatMap((suite) => {
      const files = this.#reach?.filesFor(suite, fault);
      if (files === undefined) return { suite };
      const killers = this.#killers.get(pathOf(fault)) ?? [];
      const before = killers.flatMap((path) => files.filter((file) => file.path === path));
      const others = files.filter((file) => !before.includes(file));
      return files.length === 0 ? [] : { suite, files: [...before, ...others] };
    });
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
