/**
 * Every litmus that comes with the command, one after the other, as a table.
 *
 *    litmus               schedules  given up  complete  failures  seconds
 *    d01-exec-arguments          18         0       yes         6      0.1
 */
import type { Exploration } from "@forkpath/interleave";
import { parseScenario } from "@forkpath/scenario";
import type { Terminal } from "../terminal.ts";
import { runWork } from "../work/run-work.ts";
import { type ExploreJob, exploring } from "./explore-job.ts";
import { findLitmus, knownLitmuses, type LitmusSource } from "./find-litmus.ts";
import { parseVariant, type Variant, withVariant } from "./variant.ts";

/** What one litmus came to. */
export interface Explored {
  readonly litmus: string;
  readonly exploration: Exploration;
  /** Schedules that failed. */
  readonly failed: number;
  readonly seconds: number;
}

export interface AllExplored {
  readonly explored: readonly Explored[];
  readonly isInterrupted: boolean;
}

/**
 * Explores all that there is of the variant: not every litmus has a cure, and bare counters are of
 * no release.
 * @param onExplored called with each when it is done
 */
export async function exploreAll(
  job: Pick<ExploreJob, "strategy" | "max">,
  variant: Partial<Omit<Variant, "base">>,
  terminal: Terminal,
  onExplored: (one: Explored) => void,
): Promise<AllExplored> {
  const explored: Explored[] = [];
  for (const { name } of knownLitmuses()) {
    const source = await findLitmus(withVariant(name, variant), terminal.stdin);
    if (!hasVariant(source)) continue;
    const began = performance.now();
    const work = exploring({ ...job, litmus: source, index: 0, count: 1 });
    const measure = { units: `schedules of ${name}`, total: job.max, isLimit: true };
    const { value, isInterrupted } = await runWork(work, measure, terminal);
    const { exploration } = value;
    const failed = exploration.failures.reduce((sum, { count }) => sum + count, 0);
    const seconds = Math.round(performance.now() - began) / 1000;
    const one = { litmus: source.name, exploration, failed, seconds };
    explored.push(one);
    onExplored(one);
    if (isInterrupted) return { explored, isInterrupted };
  }
  return { explored, isInterrupted: false };
}

function hasVariant({ name, text, fileName }: LitmusSource): boolean {
  const { cured, kernel } = parseVariant(name);
  if (text === null) return !cured && kernel === undefined;
  return !cured || parseScenario(text, fileName).cure !== null;
}

const COLUMNS = ["schedules", "given up", "complete", "failures", "seconds"] as const;
const GAP = "  ";

/** The head of the table, for names of at most `width` letters. */
export const headLine = (width: number): string => ["litmus".padEnd(width), ...COLUMNS].join(GAP);

export function tableLine(
  { litmus, exploration, failed, seconds }: Explored,
  width: number,
  { colors }: Terminal,
): string {
  const { schedules, cut, complete } = exploration;
  const cells = [schedules, cut, complete ? "yes" : "no", failed, seconds.toFixed(1)];
  const texts = cells.map((cell, column) => String(cell).padStart(COLUMNS[column].length));
  if (!complete) texts[2] = colors.yellow(texts[2]);
  if (failed > 0) texts[3] = colors.red(texts[3]);
  return [litmus.padEnd(width), ...texts].join(GAP);
}
