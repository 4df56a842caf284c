/** A race: what is explored on the left, one schedule as columns on the right. */
import type { JSX } from "preact";
import { useStore } from "../store/context.ts";
import { Columns } from "./columns.tsx";
import { Endings } from "./endings.tsx";
import { RaceBar } from "./race-bar.tsx";
import { RaceMaps } from "./race-maps.tsx";
import { Strip } from "./strip.tsx";
import { Verdict } from "./verdict.tsx";

export function RaceView(): JSX.Element {
  const { race } = useStore();
  return (
    <div class="race">
      <RaceBar />
      {race.trouble.value === null ? null : (
        <p class="problem race-problem">{race.trouble.value}</p>
      )}
      {race.isStale.value ? (
        <p class="problem race-problem">
          This link is about another version of the litmus: its schedule may mean something else
          now.
        </p>
      ) : null}
      <section class="panel race-left" aria-label="what exploring has found">
        <Verdict />
        <Endings />
      </section>
      <section class="panel race-right" aria-label="one schedule">
        <Columns />
        <Strip />
        <RaceMaps />
      </section>
    </div>
  );
}
