/** Which process stands in a panel. */
import type { JSX } from "preact";
import { useStore } from "../store/context.ts";
import type { Pair } from "../store/pair.ts";

export function ProcessSelect({ which }: { which: 0 | 1 }): JSX.Element {
  const { history } = useStore();
  const run = history.main.run.value;
  const names = run?.states[history.step.value]?.tasks.map(({ name }) => name) ?? [];
  const chosen = history.pair.value[which];
  const listed = chosen !== null && !names.includes(chosen) ? [...names, chosen] : names;
  return (
    <select
      id={which === 0 ? "process-a" : "process-b"}
      aria-label={which === 0 ? "process A" : "process B"}
      value={chosen ?? ""}
      disabled={listed.length === 0}
      onChange={(event) => {
        const { value } = event.currentTarget;
        const [a, b] = history.pair.value;
        history.chosen.value = (which === 0 ? [value, b] : [a, value]) as Pair;
      }}
    >
      {chosen === null ? <option value="">none</option> : null}
      {listed.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
