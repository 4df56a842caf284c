/** A suite: the tests of one package, or some of them; and what a run of it says. */

export interface Suite {
  /** From the root of the workspace. */
  readonly dir: string;
  /** Test files, or the beginnings of their paths below `dir`; all of the package's without it. */
  readonly files?: readonly string[];
}

/** No two suites have the same. */
export const nameOf = ({ dir, files = [] }: Suite): string => [dir, ...files].join(" ");

export type SuiteResult =
  | { readonly kind: "passed" }
  /** Names the first test that failed and its file, or says that there was no end. */
  | { readonly kind: "failed"; readonly test: string; readonly file?: string }
  /** The tests did not run, or met a name that does not exist: that proves nothing. */
  | { readonly kind: "broken"; readonly problem: string };

/** A test file, as a run over sources with probes saw it. */
export interface TestFile {
  /** From the root of the workspace. */
  readonly path: string;
  /** Of processor time. */
  readonly ms: number;
  /** The numbers of probes that it reaches. */
  readonly reached: readonly number[];
}

/** What the process that runs tests is asked to do. */
export interface RunRequest {
  readonly suite: Suite;
  /** These files and in this order, from the root; all without it. */
  readonly files?: readonly string[];
  /** Whether sources have probes: then each test file is told of, and files are loaded anew. */
  readonly isSurvey?: boolean;
  /** The source that differs from what earlier runs read, from the root; its own tests go first. */
  readonly edited?: string;
  /** How much processor time may pass without the end of a test, in milliseconds. */
  readonly patienceMs: number;
}

/**
 * What came of the request; of a survey the files, if all passed; "hung" when it ran out of
 * patience: the process is of no use then.
 */
export type RunReply = SuiteResult | readonly TestFile[] | "hung";

/** How many probes there is room for, in a byte each. */
export const PROBES: number = 1 << 16;
