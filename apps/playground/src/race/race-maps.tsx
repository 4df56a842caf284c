/** The machine at the row that is looked at: every process of the litmus. */
import type { JSX } from "preact";
import { Legend } from "../history/legend.tsx";
import { ProcessPanel } from "../history/process-panel.tsx";
import { useStore } from "../store/context.ts";
import { shownProcess } from "../store/names.ts";

/** As many fit beside each other; the others share the memory of these, or follow. */
const MOST = 4;

export function RaceMaps(): JSX.Element | null {
  const { race } = useStore();
  const state = race.state.value;
  if (state === null) return null;
  const seen = new Set<string>();
  const tasks = state.tasks.filter(({ mm }) => {
    if (mm === null || seen.has(mm)) return false;
    seen.add(mm);
    return true;
  });
  return (
    <>
      <h3 class="maps-title">Memory at this row</h3>
      <Legend spaces={state.spaces} />
      <div class="panels">
        {tasks.slice(0, MOST).map((task, index) => (
          <ProcessPanel
            key={task.name}
            letter={index === 0 ? "A" : "B"}
            side={0}
            heading={
              <b>
                {state.tasks
                  .filter(({ mm }) => mm === task.mm)
                  .map(({ name }) => name)
                  .join(", ")}
              </b>
            }
            shown={shownProcess(state, null, task.name)}
            chunks={race.chunks}
            compared={null}
            isAgainst={false}
          />
        ))}
      </div>
    </>
  );
}
