/** Fetches, once the page has nothing else to do, what it would need without a network. */

import { FIRST_EXAMPLE, shippedText } from "./store/examples.ts";
import type { Store } from "./store/store.ts";

/** Marks, for whoever measures, that the page needs no network any more. */
const FETCHED = "forkpath: fetched";
const WAIT = 1500; // ms, where a browser does not say when it is idle

export function fetchWhenIdle({ history }: Store): void {
  const fetchAll = (): void => {
    const texts = shippedText("history", FIRST_EXAMPLE); // all come with one
    // Without a network nothing is fetched: what needs it says so when it is asked for.
    const raceCode = history.main.port.ask("prepare", []);
    void Promise.allSettled([import("./editor/editor.tsx"), texts, raceCode]).then(() =>
      performance.mark(FETCHED),
    );
  };
  if ("requestIdleCallback" in globalThis) requestIdleCallback(fetchAll, { timeout: 2 * WAIT });
  else setTimeout(fetchAll, WAIT);
}
