/**
 * Kernel releases, and what differs between them: rules with a date.
 *
 * A rule is one decision of the kernel, with the answer that each release gives. Its answers stand
 * side by side; each holds from its release on, until the next one along the axis:
 *
 *    el6 ── v3.10 ── rhel7 ── v4.4 ── v4.14 ── rhel8 ── v5.4 ── … ── v6.18
 *    │ heuristic ──────────────────────────── │ each request alone ───────
 *
 * A package that has rules declares what they are as an interface, and a book with an entry for
 * each. A machine asks once, when it is made, and keeps the answers.
 */

/**
 * From the oldest to the newest. A name with a `v` is an upstream release.
 * @example
 * ```ts
 * import { KERNELS } from "@forkpath/abi";
 * console.log(KERNELS[0], KERNELS.at(-1), KERNELS.length); // el6 v6.18 13
 * ```
 */
export const KERNELS = [
  "el6",
  "v3.10",
  "rhel7",
  "v4.4",
  "v4.14",
  "rhel8",
  "v5.4",
  "v5.10",
  "v5.14",
  "v5.19",
  "v6.1",
  "v6.12",
  "v6.18",
] as const;
/** A release of the axis: `el6`, `v6.18`. */
export type KernelName = (typeof KERNELS)[number];

/** What one rule says, from one release on. */
export interface Answer<T> {
  /** The first release of the axis that answers so. */
  readonly since: KernelName;
  /** In a few words, for a table: `mapcount and swap count at most 1`. */
  readonly does: string;
  /** The function, constant or table itself. */
  readonly by: T;
  /** Where it is written: a clause of the specifications, such as `L15/3`, `SPEC §9.6` or `M26`. */
  readonly source: string;
  /** First upstream release or commit, if it lies between two of the axis. */
  readonly first?: string;
}

/** What a defect would be without: an answer that no release gave at that time. */
export interface RuleCure<T> {
  /** In a few words, as an answer's. */
  readonly does: string;
  /** What stands in for the answer. */
  readonly by: T;
}

/** One decision, with the answers that stand side by side along the axis. */
export interface Rule<T> {
  /** What is decided, as a phrase: `when a write fault reuses an anonymous page`. */
  readonly decides: string;
  /** Along the axis; the first is el6's. */
  readonly answers: readonly [Answer<T>, ...Answer<T>[]];
  /** Releases whose source was read for it; el6 and v6.18 are specified in full anyway. */
  readonly read?: readonly KernelName[];
  /** By the defect that it mends: `D1`. */
  readonly cures?: Readonly<Record<string, RuleCure<T>>>;
}

/** The releases that each row of M26 has a column for. */
export const M26_COLUMNS: readonly KernelName[] = [
  "v3.10",
  "rhel7",
  "v4.4",
  "v4.14",
  "rhel8",
  "v5.14",
  "v6.1",
  "v6.12",
];

/** What a rule answers, without the release that it holds from. */
export type Told<T> = Omit<Answer<T>, "since">;

/**
 * The answers where rhel7 took over from upstream what v4.4 has not got yet, and v4.14 has.
 * @param after as rhel7 answers; its source tells of v4.4 too
 * @param upstream what is told of v4.14 besides, or instead
 * @modelOnly a release of Linux has one answer, and no name for it
 */
export const backported = <T>(
  before: Told<T>,
  after: Told<T>,
  upstream: Partial<Pick<Answer<T>, "source" | "first">> = {},
): readonly [Answer<T>, ...Answer<T>[]] => [
  { since: "el6", ...before },
  { since: "rhel7", ...after },
  { since: "v4.4", ...before, source: after.source },
  { since: "v4.14", ...after, ...upstream },
];

/** The rules of one package: one for each field of what its machines keep. */
export type RuleBook<Rules> = { readonly [Name in keyof Rules]: Rule<Rules[Name]> };

/** Whose answer each rule gives, where it is not that of the machine's own kernel. */
export type Exchanges = Readonly<
  Record<
    string,
    | KernelName
    | {
        /** The defect that it mends: `D1`. */
        readonly cures: string;
      }
  >
>;

/**
 * The answer that `kernel` gives: the last one along the axis that is not younger.
 * @modelOnly a release of Linux has one answer, and no name for it
 */
export function answerOf<T>(rule: Rule<T>, kernel: KernelName): Answer<T> {
  const place = KERNELS.indexOf(kernel);
  let found = rule.answers[0];
  for (const answer of rule.answers) if (KERNELS.indexOf(answer.since) <= place) found = answer;
  return found;
}

/**
 * The answers of a whole book, as `kernel` gives them.
 * @param exchanges by the name of a rule: the kernel whose answer it gives instead, or the defect
 *   that is mended. Names that the book lacks are left to other books.
 * @throws RangeError when a rule has no cure for the defect
 * @modelOnly a release of Linux has one answer, and no name for it
 */
export function rulesOf<Rules>(
  book: RuleBook<Rules>,
  kernel: KernelName,
  exchanges: Exchanges = {},
): Rules {
  const rules: Partial<Rules> = {};
  for (const name of Object.keys(book) as (keyof Rules & string)[]) {
    const exchange = Object.hasOwn(exchanges, name) ? exchanges[name] : kernel;
    const answer = chosen(name, book[name], exchange);
    Object.freeze(answer);
    rules[name] = answer;
  }
  // A copy, since an object that is filled by computed names is slow to read from ever after.
  return Object.freeze({ ...(rules as Rules) });
}

function chosen<T>(name: string, rule: Rule<T>, from: Exchanges[string]): T {
  if (typeof from === "string") return answerOf(rule, from).by;
  const cures = rule.cures ?? {};
  if (Object.hasOwn(cures, from.cures)) return cures[from.cures].by;
  throw new RangeError(`rulesOf: rule ${name} must have a cure for ${from.cures}, has none`);
}

/**
 * @throws RangeError, with the names that there are, for any other text
 * @modelOnly input of the model
 */
export function expectKernel(where: string, name: unknown): KernelName {
  const found = KERNELS.find((kernel) => kernel === name);
  if (found !== undefined) return found;
  const names = KERNELS.join(", ");
  throw new RangeError(`${where}: kernel must be one of ${names}, got ${String(name)}`);
}
