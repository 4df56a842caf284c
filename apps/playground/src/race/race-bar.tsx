/** Which race, on which kernel, and the button that explores it. */
import type { JSX } from "preact";
import { grouped } from "../chunks/words.ts";
import { RELEASES } from "../look/releases.ts";
import { ShippedOptions } from "../look/shipped-options.tsx";
import { useStore } from "../store/context.ts";
import { isBare, LITMUSES } from "../store/examples.ts";
import type { Race } from "../store/race.ts";

export function RaceBar(): JSX.Element {
  const { race } = useStore();
  return (
    <div class="race-bar">
      <LitmusSelect race={race} />
      {isBare(race.name.value) ? (
        <span class="race-count">counters only, without a kernel around them</span>
      ) : (
        <Variants race={race} />
      )}
      {race.isExploring.value ? (
        <button type="button" class="stop" onClick={() => race.stop()}>
          Stop
        </button>
      ) : (
        <button type="button" class="primary" onClick={() => void race.explore()}>
          Explore every schedule
        </button>
      )}
      <span class="race-count" aria-live="polite">
        {countText(race)}
      </span>
    </div>
  );
}

const MS = 1000;

function countText({ explored, exploredMs, isExploring }: Race): string {
  const found = explored.value;
  if (found === null) return isExploring.value ? "begins…" : "";
  const { schedules, isDone, guarantee, switchAt } = found;
  const count = `${grouped(schedules)} ${schedules === 1 ? "schedule" : "schedules"}`;
  const where =
    switchAt.length === 0 ? "" : `, where turns are taken only at ${switchAt.join(", ")}`;
  const end = isDone ? `; ${guarantee}${where}` : isExploring.value ? "…" : "; stopped";
  return `${count} in ${(exploredMs.value / MS).toFixed(1)} s${end}`;
}

function LitmusSelect({ race }: { race: Race }): JSX.Element {
  const { name } = race;
  const choose = async (litmus: string): Promise<void> => {
    await race.open(litmus);
    await race.show("");
  };
  return (
    <label>
      Litmus{" "}
      <select
        id="litmus"
        value={name.value}
        onChange={(event) => void choose(event.currentTarget.value)}
      >
        <ShippedOptions names={LITMUSES} chosen={name.value} />
      </select>
    </label>
  );
}

function Variants({ race }: { race: Race }): JSX.Element {
  const { cured, everywhere, kernel, replayed } = race;
  const vary = (variant: Parameters<Race["vary"]>[0]): void => {
    race.vary(variant);
    void race.show("");
  };
  const canCure = replayed.value?.canCure ?? true;
  return (
    <>
      <label>
        Kernel{" "}
        <select
          value={kernel.value ?? ""}
          onChange={({ currentTarget: { value } }) =>
            vary({ kernel: RELEASES.find((one) => one === value) ?? null })
          }
        >
          <option value="">as written</option>
          {RELEASES.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={everywhere.value}
          onChange={(event) => vary({ everywhere: event.currentTarget.checked })}
        />{" "}
        take turns everywhere
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={cured.value}
          disabled={!canCure && !cured.value}
          onChange={(event) => vary({ cured: event.currentTarget.checked })}
        />{" "}
        mended
      </label>
    </>
  );
}
