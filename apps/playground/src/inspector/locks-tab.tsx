/** Which locks the step took, how often, and in which functions. */
import type { JSX } from "preact";
import { grouped } from "../chunks/words.ts";
import { TableHead } from "../look/table-head.tsx";
import { useStore } from "../store/context.ts";

export function LocksTab(): JSX.Element {
  const { history } = useStore();
  const traced = history.traced.value;
  if (history.step.value === 0) return <p class="empty">No lock is taken at the start.</p>;
  if (traced === null || traced.step !== history.step.value) return <p class="empty">…</p>;
  if (traced.locks.length === 0) return <p class="empty">The step takes no lock.</p>;
  return (
    <>
      <h3 class="unseen">Locks</h3>
      <table class="locks">
        <TableHead columns={["lock", "of", "taken"]} />
        <tbody>
          {traced.locks.map(({ whose, lock, times, where }) => (
            <tr key={`${whose} ${lock}`}>
              <th scope="row">
                <code>{lock}</code>
                <span class="where">{where.join(", ")}</span>
              </th>
              <td>{whose ?? "all others"}</td>
              <td class="number">{grouped(times)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
