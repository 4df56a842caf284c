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
  /** Survivors with a reason. */
  readonly accepted: number;
  /** No faults at all: the code does not load. */
  readonly broken: number;
  /** Killed, of all that load; rounded down. */
  readonly percent: number;
}

/** Less than this share of faults killed, and the run has failed. */
const WANTED_PERCENT = 95;

function summarize(judged: readonly Judged[]): Summary {
  const count = (is: (one: Judged) => boolean): number => judged.filter(is).length;
  const killed = count(({ verdict }) => verdict.kind === "killed");
  const broken = count(({ verdict }) => verdict.kind === "broken");
  const loaded = judged.length - broken;
  return {
    faults: judged.length,
    killed,
    killedAtHome: count(({ verdict }) => verdict.kind === "killed" && verdict.isAtHome),
    accepted: count((one) => one.verdict.kind === "survived" && one.fault.accepted !== undefined),
    broken,
    percent: loaded === 0 ? 100 : Math.floor((100 * killed) / loaded),
  };
}

/** Enough are killed, and no planted fault is left that nobody has looked into. */
export const isGood = (judged: readonly Judged[]): boolean =>
  summarize(judged).percent >= WANTED_PERCENT &&
  judged.every(
    ({ fault, verdict }) =>
      verdict.kind === "killed" ||
      fault.at !== undefined ||
      (verdict.kind === "survived" && fault.accepted !== undefined),
  );

/** One line; `width` is that of the longest id. */
export function lineOf({ fault, verdict }: Judged, width: number): string {
  const id = fault.id.padEnd(width);
  switch (verdict.kind) {
    case "killed":
      return `${id}  ${verdict.by}: ${verdict.test}`;
    case "broken":
      return `${id}  BROKEN: ${verdict.problem}`;
    case "open":
      return `${id}  OPEN`;
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
  const { faults, killed, accepted, broken, percent } = summarize(judged);
  const sum = `${killed} of ${faults} killed (${percent} %)`;
  const rest = `${accepted} survive with a reason, ${broken} do not load`;
  const survivors = judged.filter(
    ({ fault, verdict }) => verdict.kind === "survived" && fault.accepted === undefined,
  );
  const names = survivors.map(({ fault }) => `survived: ${fault.id}`);
  return [...lines, `${sum}; ${rest}`, ...names].join("\n");
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
