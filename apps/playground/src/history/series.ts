/** The curves of the chart: a value for each state, kB; null where there is none. */
import { spaceOf, taskNamed } from "../chunks/hold.ts";
import type { Pair } from "../store/pair.ts";
import type { MachineState, Run } from "../worker/protocol.ts";

export interface Series {
  readonly label: string;
  /** Name of a CSS variable. */
  readonly colour: "used" | "a" | "b";
  readonly isDashed: boolean;
  readonly values: readonly (number | null)[];
}

const KB_PER_PAGE = 4;

export function seriesOf(run: Run, [a, b]: Pair): Series[] {
  const values = (of: (state: MachineState) => number | null): (number | null)[] =>
    run.states.map(of);
  const used: Series = {
    label: "used memory",
    colour: "used",
    isDashed: false,
    values: values(({ totals }) => totals.usedPages * KB_PER_PAGE),
  };
  const ofProcess = (name: string | null, colour: "a" | "b"): Series[] => {
    if (name === null) return [];
    return [
      {
        label: `${name} VmRSS`,
        colour,
        isDashed: false,
        values: values((state) => memoryOf(state, name)?.status.VmRSS ?? null),
      },
      {
        label: `${name} PSS`,
        colour,
        isDashed: true,
        values: values((state) => memoryOf(state, name)?.sums.Pss ?? null),
      },
    ];
  };
  return [used, ...ofProcess(a, "a"), ...ofProcess(b, "b")];
}

const memoryOf = (state: MachineState, name: string) =>
  spaceOf(state, taskNamed(state, name)?.mm ?? null);
