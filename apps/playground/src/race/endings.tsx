/** How schedules end, how often, and one of each to look at. */
import type { JSX } from "preact";
import { grouped } from "../chunks/words.ts";
import { useStore } from "../store/context.ts";
import { Replay } from "./verdict.tsx";

const FULL = 100; // per cent

export function Endings(): JSX.Element | null {
  const { race } = useStore();
  const found = race.explored.value;
  if (found === null) return null;
  const most = Math.max(1, ...found.endings.map(({ count }) => count));
  return (
    <>
      <h3>How schedules end</h3>
      <ul class="endings">
        {found.endings.map(({ text, count, schedule, failure }) => (
          <li key={text}>
            <button
              type="button"
              class={failure === null ? "ending good" : "ending bad"}
              onClick={() => void race.show(schedule, Number.POSITIVE_INFINITY)}
            >
              <span class="bar" style={{ width: `${(FULL * count) / most}%` }} />
              <b class="ending-count">{grouped(count)}</b>
              <span class="ending-text">
                <span class="ending-mark" aria-hidden="true">
                  {failure === null ? "✓" : "✗"}
                </span>{" "}
                {text}
                <span class="unseen">{failure === null ? ", good" : ", fails"}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {found.findings.length === 0 ? null : (
        <>
          <h3>Seen in one schedule alone</h3>
          <ul class="findings">
            {found.findings.map((finding) => (
              <li key={finding}>{finding}</li>
            ))}
          </ul>
        </>
      )}
      {found.plainest === null ? null : (
        <>
          <h3>Shortest schedule that fails</h3>
          <p class="note">
            {found.plainest.preemptions}{" "}
            {found.plainest.preemptions === 1 ? "preemption" : "preemptions"},{" "}
            {grouped(found.plainest.steps)} steps
          </p>
          <Replay replay={found.plainest.replay} />
        </>
      )}
    </>
  );
}
