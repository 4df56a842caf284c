/** One schedule: a column for each thread, a row for each thing that two threads touch. */
import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { showIn } from "../look/scroll.ts";
import { useStore } from "../store/context.ts";
import type { RaceRow } from "../worker/protocol.ts";

export function Columns(): JSX.Element {
  const { race } = useStore();
  const replayed = race.replayed.value;
  if (replayed === null) return <p class="empty">Explore the litmus to see a schedule.</p>;
  const { rows, threads, steps } = replayed;
  return (
    <>
      <RowSlider rows={rows} />
      <div class="columns-scroll">
        <table class="columns">
          <caption class="unseen">
            the schedule: {steps} steps of {threads.join(" and ")}
          </caption>
          <thead>
            <tr>
              <th scope="col" class="row-column">
                row
              </th>
              {threads.map((thread) => (
                <th scope="col" key={thread}>
                  {thread}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <Row key={`${row.step} ${row.text}`} row={row} index={index} threads={threads} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function RowSlider({ rows }: { rows: readonly RaceRow[] }): JSX.Element {
  const { race } = useStore();
  const at = race.row.value;
  const last = Math.max(0, rows.length - 1);
  return (
    <div class="slider-row">
      <button
        type="button"
        aria-label="row back"
        disabled={at === 0}
        onClick={() => race.goTo(at - 1)}
      >
        ◀
      </button>
      <button
        type="button"
        aria-label="row forward"
        disabled={at >= last}
        onClick={() => race.goTo(at + 1)}
      >
        ▶
      </button>
      <input
        type="range"
        aria-label="row"
        min={0}
        max={last}
        value={at}
        aria-valuetext={`row ${at + 1} of ${rows.length}: ${rows[at]?.text ?? ""}`}
        onInput={(event) => race.goTo(Number(event.currentTarget.value))}
      />
      <output class="position">
        {at + 1} / {rows.length}
      </output>
    </div>
  );
}

interface RowProps {
  readonly row: RaceRow;
  readonly index: number;
  readonly threads: readonly string[];
}

/** A schedule may have thousands: only two of them are drawn anew when another is chosen. */
function Row({ row, index, threads }: RowProps): JSX.Element {
  const { race } = useStore();
  const line = useRef<HTMLTableRowElement>(null);
  const { value: isCurrent } = useComputed(() => index === race.row.value);
  useEffect(() => {
    if (isCurrent) showIn(line.current?.closest(".columns-scroll") ?? null, line.current);
  }, [isCurrent]);
  const classes = [isCurrent ? "current" : "", row.isPreemption ? "preemption" : ""];
  return (
    <tr ref={line} class={classes.join(" ")} aria-current={isCurrent ? "step" : undefined}>
      <th scope="row" class="row-column">
        {/* Tab comes to the chosen row; from there on, arrows choose. */}
        <button
          type="button"
          class="row-button"
          tabIndex={isCurrent ? 0 : -1}
          onClick={() => race.goTo(index)}
        >
          {index + 1}
        </button>
      </th>
      {threads.map((thread, column) => (
        <td key={thread} class={column === row.thread ? `thread thread-${column}` : ""}>
          {column === row.thread ? <Cell row={row} index={index} /> : null}
        </td>
      ))}
    </tr>
  );
}

function Cell({ row, index }: { row: RaceRow; index: number }): JSX.Element {
  const { sort, fn, text, isStore, isPreemption } = row;
  const prefix = `${fn}  `;
  const rest = fn !== "" && text.startsWith(prefix) ? text.slice(prefix.length) : text;
  return (
    <>
      {isPreemption ? <span class="tag tag-bad">preempts</span> : null}
      {sort === "fold" ? (
        <Fold row={row} index={index} />
      ) : sort === "call" ? (
        <b class="call-row">{text}</b>
      ) : (
        <code>
          {rest === text ? null : <span class="fn">{fn}</span>}{" "}
          <span class={isStore ? "deed store" : "deed"}>{rest}</span>
        </code>
      )}
    </>
  );
}

/** Steps that only one thread can see: a number, until they are asked for. */
function Fold({ row, index }: { row: RaceRow; index: number }): JSX.Element {
  const { race } = useStore();
  const isOpen = race.unfolded.value.has(index);
  return (
    <>
      <button type="button" class="fold" aria-expanded={isOpen} onClick={() => race.unfold(index)}>
        {row.text}
      </button>
      {isOpen ? (
        <ol class="folded">
          {row.folded.map((text, at) => (
            <li key={row.step + at}>
              <code>{text}</code>
            </li>
          ))}
        </ol>
      ) : null}
    </>
  );
}
