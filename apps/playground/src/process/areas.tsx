/** What the fork does with each area, and why. */
import type { Prediction } from "@forkpath/predict";
import type { JSX } from "preact";
import { grouped } from "../chunks/words.ts";

const KB = 1024;

export function Areas({ prediction: { areas } }: { prediction: Prediction }): JSX.Element | null {
  if (areas.length === 0) return null;
  return (
    <section class="panel areas-panel" aria-label="areas">
      <h2>What fork does with each area</h2>
      <div class="areas-scroll" {...SCROLLED}>
        <table class="sides">
          <thead>
            <tr>
              <th scope="col">area</th>
              <th scope="col">kB</th>
              <th scope="col">resident</th>
              <th scope="col" class="why">
                entries
              </th>
            </tr>
          </thead>
          <tbody>
            {areas.map(({ start, end, name, parent, isCopied, clause }) => (
              <tr key={start}>
                <th scope="row">
                  <code>{start.toString(16)}</code> {name}
                </th>
                <td>{grouped((end - start) / KB)}</td>
                <td>{grouped(parent.Rss ?? 0)}</td>
                <td class="why">
                  <b>{isCopied ? "copied" : "skipped"}</b>: {clause}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** What scrolls has to be reached by keys. */
const SCROLLED = { tabIndex: 0 };
