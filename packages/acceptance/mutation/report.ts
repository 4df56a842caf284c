/** What a run of the mutation test says: a line for each fault, and the sum. */
import type { Fault } from "./fault.ts";
import type { Verdict } from "./judge.ts";

export interface Judged {
  readonly fault: Fault;
  readonly verdict: Verdict;
}

export interface Summary {
  readonly faults: number;
  readonly killed: number;
  /** Killed by the tests of the fault's own package. */
  readonly killedAtHome: number;
  /** Of `faults`, rounded down. */
  readonly percent: number;
}

/** Less than this share of faults killed, and the run has failed. */
const WANTED_PERCENT = 90;

function summarize(judged: readonly Judged[]): Summary {
  const killed = judged.filter(({ verdict }) => verdict.kind === "killed").length;
  const killedAtHome = judged.filter(
    ({ verdict }) => verdict.kind === "killed" && verdict.isAtHome,
  ).length;
  const percent = judged.length === 0 ? 100 : Math.floor((100 * killed) / judged.length);
  return { faults: judged.length, killed, killedAtHome, percent };
}

/** Enough are killed, and nothing is left that nobody has looked into. */
export const isGood = (judged: readonly Judged[]): boolean =>
  summarize(judged).percent >= WANTED_PERCENT &&
  judged.every(
    ({ fault, verdict }) =>
      verdict.kind === "killed" || (verdict.kind === "survived" && fault.accepted !== undefined),
  );

/** One line; `width` is that of the longest id. */
export function lineOf({ fault, verdict }: Judged, width: number): string {
  const id = fault.id.padEnd(width);
  switch (verdict.kind) {
    case "killed":
      return `${id}  ${verdict.by}: ${verdict.test}`;
    case "broken":
      return `${id}  BROKEN: ${verdict.problem}`;
    default:
      return `${id}  SURVIVED${fault.accepted === undefined ? "" : `: ${fault.accepted}`}`;
  }
}

/** By package and in all. */
export function summaryText(judged: readonly Judged[]): string {
  const packages = [...new Set(judged.map(({ fault }) => fault.package))];
  const lines = packages.map((pkg) => {
    const { faults, killed, killedAtHome } = summarize(
      judged.filter(({ fault }) => fault.package === pkg),
    );
    return `${pkg.padEnd(12)}${killed} of ${faults}, ${killedAtHome} by its own tests`;
  });
  const { faults, killed, percent } = summarize(judged);
  return [...lines, `${killed} of ${faults} killed (${percent} %)`].join("\n");
}

/** Everything, for programs. */
export const jsonText = (judged: readonly Judged[]): string =>
  JSON.stringify(
    {
      ...summarize(judged),
      results: judged.map(({ fault, verdict }) => ({
        id: fault.id,
        file: fault.file,
        why: fault.why,
        ...verdict,
      })),
    },
    null,
    2,
  );
