/** The curves of the chart: a value for each state, kB; null where there is none. */
import { KB_PER_PAGE } from "@forkpath/abi";
import { spaceOf, taskNamed } from "../chunks/hold.ts";
import type { Pair } from "../store/pair.ts";
import type { MachineState } from "../worker/protocol.ts";

export interface Series {
  readonly label: string;
  /** Name of a CSS variable. */
  readonly colour: "used" | "a" | "b";
  readonly isDashed: boolean;
  readonly values: readonly (number | null)[];
}

/** @param after has names that a state has not yet: memory in the making has none */
export function seriesOf(
  states: readonly MachineState[],
  [a, b]: Pair,
  after?: MachineState,
): Series[] {
  const values = (of: (state: MachineState) => number | null): (number | null)[] => states.map(of);
  const used: Series = {
    label: "used memory",
    colour: "used",
    isDashed: false,
    values: values(({ totals }) => totals.usedPages * KB_PER_PAGE),
  };
  const ofProcess = (name: string | null, colour: "a" | "b"): Series[] => {
    if (name === null) return [];
    const memory = (state: MachineState) => {
      const mm = (taskNamed(state, name) ?? (after && taskNamed(after, name)))?.mm ?? null;
      return spaceOf(state, mm);
    };
    const rss = values((state) => memory(state)?.status.VmRSS ?? null);
    const pss = values((state) => memory(state)?.sums.Pss ?? null);
    return [
      { label: `${name} VmRSS`, colour, isDashed: false, values: rss },
      { label: `${name} PSS`, colour, isDashed: true, values: pss },
    ];
  };
  return [used, ...ofProcess(a, "a"), ...ofProcess(b, "b")];
}
