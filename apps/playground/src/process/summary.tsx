/** Whether the fork would be allowed, what it costs at once, and how much of all this is known. */
import type { Prediction } from "@forkpath/predict";
import type { JSX } from "preact";
import { grouped, sizeText } from "../chunks/words.ts";

const LEVELS: Readonly<Record<Prediction["level"], string>> = {
  frames: "read with frame numbers: every figure is exact",
  pages:
    "read without frame numbers: shares have bounds, since the kernel shows frames to root only",
  areas: "smaps alone was read: shares and page tables have bounds",
  status: "status alone was read: everything has bounds",
};

const NS_PER_MS = 1_000_000;

export function Summary({ prediction }: { prediction: Prediction }): JSX.Element {
  const { comm, kernel, level, commit, atOnce, time, notes } = prediction;
  return (
    <section class="panel" aria-label="summary">
      <h2>
        {comm} forks, on {kernel}
      </h2>
      <p class="note">{LEVELS[level]}</p>
      <Commit commit={commit} />
      {atOnce === null ? null : (
        <p>
          At once it costs <b>{sizeText(atOnce)}</b> of page tables and kernel memory.
        </p>
      )}
      {time === null ? null : (
        <p>It takes about {timeText(time)}, as measured on another machine.</p>
      )}
      {notes.length === 0 ? null : (
        <ul class="notes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

function timeText(time: NonNullable<Prediction["time"]>): string {
  const [low, high] = [time.low, time.high].map((ns) => (ns / NS_PER_MS).toFixed(1));
  return `${low} to ${high} ms`;
}

function Commit({ commit }: { commit: Prediction["commit"] }): JSX.Element {
  if (commit === null || commit.mode === null) {
    return (
      <p class="verdict unknown">Whether Linux allows it is not known: meminfo was not captured.</p>
    );
  }
  if (commit.asksFree && !commit.isRefused)
    return (
      <p class="verdict unknown">
        Whether Linux allows it is not known: before 5.2 it asks what is free.
      </p>
    );
  if (!commit.isRefused) return <p class="verdict good">Linux allows the fork.</p>;
  const { area, missing } = commit;
  const where = area === null ? "" : ` at ${area.name || area.start.toString(16)}`;
  return (
    <p class="verdict bad">
      Linux refuses it with ENOMEM{where}: {grouped(missing)} kB too much.
    </p>
  );
}
