/** One history on several releases: what each expectation came to on each of them. */
import type { KernelName } from "@forkpath/abi";
import { expectSwitchPoints } from "../run/switch-points.ts";
import type { Scenario } from "../story/scenario.ts";
import { type Cell, cellsOn, type RowHead, rowHeads } from "./cells.ts";

export interface KernelRow extends RowHead {
  /** One for each release, in their order. */
  readonly cells: readonly Cell[];
}

/** A row for each thing that can be told, a column for each release. */
export interface KernelTable {
  /** What was run. */
  readonly scenario: Scenario;
  /** The columns, along the axis. */
  readonly kernels: readonly KernelName[];
  /** In the order of the text. What went well everywhere, as it should, is left out of steps. */
  readonly rows: readonly KernelRow[];
  /** Whether every release did all that was asked of it. */
  readonly isOk: boolean;
}

/** How the history is run on each. */
export interface TableOptions {
  /** Recount everything after each step. */
  readonly check?: boolean;
  /** Called before each run. */
  readonly onRun?: (kernel: KernelName) => void;
}

/**
 * Runs it on each release, whatever it says itself.
 * @throws ScenarioError when its threads touch nothing of a name in `switchAt`
 * @example
 * ```ts
 * import { parseScenario, runOnKernels } from "@forkpath/scenario";
 * const text = `
 * processes: { P: { mappings: { heap: { size: 4 pages, written: 1 pages } } } }
 * steps: [{ fork: P, as: C }]
 * expect: [{ process: C, anonRss: 1 }]
 * `;
 * const { isOk, rows } = runOnKernels(parseScenario(text), ["el6", "v6.18"]);
 * console.log(isOk, rows.map((row) => row.text).join()); // true C anonRss
 * ```
 */
export function runOnKernels(
  scenario: Scenario,
  kernels: readonly KernelName[],
  { check = false, onRun = () => {} }: TableOptions = {},
): KernelTable {
  expectSwitchPoints(scenario);
  const runs = kernels.map((kernel) => {
    onRun(kernel);
    return cellsOn(scenario, { kernel, check });
  });
  const rows = rowHeads(scenario)
    .map((head, index) => ({ ...head, cells: runs.map((cells) => cells[index]) }))
    .filter(isTold);
  return { scenario, kernels, rows, isOk: rows.every(isAllMet) };
}

/** What an outcome says that has nothing to tell. */
const QUIET: readonly (string | null)[] = ["success", "clean"];

const isTold = ({ kind, cells }: KernelRow): boolean =>
  kind === "expectation" || cells.some(({ got, isMet }) => !isMet || !QUIET.includes(got));

const isAllMet = ({ cells }: KernelRow): boolean =>
  cells.every(({ isMet, isAsked }) => isMet || !isAsked);
