/** The shared counters and the locks that are held, at the row that is looked at. */
import type { JSX } from "preact";
import { useStore } from "../store/context.ts";

export function Strip(): JSX.Element | null {
  const { race } = useStore();
  const replayed = race.replayed.value;
  const row = replayed?.rows[race.row.value];
  if (replayed === null || row === undefined) return null;
  return (
    <div class="strip">
      <dl>
        {replayed.counters.map((counter, index) => (
          <div key={counter}>
            <dt>
              <code>{counter}</code>
            </dt>
            <dd>{Number.isNaN(row.values[index]) ? "not touched yet" : row.values[index]}</dd>
          </div>
        ))}
        {replayed.threads.map((thread, index) => (
          <div key={thread}>
            <dt>{thread} holds</dt>
            <dd>{row.held[index] === "" ? "no lock" : <code>{row.held[index]}</code>}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
