/** One page: its entry, its frame, and whoever else maps that. */
import type { JSX } from "preact";
import { type Chunks, lookAtPage, type PageLook, sharersOf, spaceOf } from "../chunks/hold.ts";
import { grouped, LETTER_WORDS } from "../chunks/words.ts";
import { useStore } from "../store/context.ts";
import { ownersOf, spotName } from "../store/names.ts";
import type { Spot, Store } from "../store/store.ts";
import type { MachineState, SpaceState } from "../worker/protocol.ts";
import { EntryBits } from "./entry-bits.tsx";

interface Machine {
  readonly chunks: Chunks;
  readonly state: MachineState | null;
  readonly after: MachineState | null;
}

export function PageTab(): JSX.Element {
  const store = useStore();
  const spot = store.hovered.value ?? store.pinned.value;
  if (spot === null) {
    return (
      <p class="empty">
        Point at a page of a map, or move to a map with Tab and through it with the arrow keys.
        Enter or a click pins the page.
      </p>
    );
  }
  const machine = machineOf(store, spot);
  const space = machine.state === null ? undefined : spaceOf(machine.state, spot.mm);
  if (machine.state === null || space === undefined) {
    return <p class="empty">Its memory is gone at this step.</p>;
  }
  return <Page machine={machine} state={machine.state} space={space} spot={spot} />;
}

function machineOf({ view, race, history }: Store, { side }: Spot): Machine {
  if (view.value === "race") return { chunks: race.chunks, state: race.state.value, after: null };
  const { main, other, step } = history;
  const one = side === 0 ? main : other;
  const state = side === 0 ? history.state.value : history.otherState.value;
  return { chunks: one.chunks, state, after: one.run.value?.states[step.value] ?? null };
}

interface PageProps {
  readonly machine: Machine;
  readonly state: MachineState;
  readonly space: SpaceState;
  readonly spot: Spot;
}

function Page({ machine, state, space, spot }: PageProps): JSX.Element {
  const look = lookAtPage(machine.chunks, space, spot.addr);
  const owner = ownersOf(state, spot.mm, machine.after);
  const sharers = sharersOf(machine.chunks, state, look);
  const others = sharers.filter(({ mm, addr }) => mm !== spot.mm || addr !== spot.addr);
  return (
    <>
      <h3>{`${owner} ${spotName(space, spot.addr)}`}</h3>
      <p class="page-kind">
        <span class={`cell cell-${look.letter === "-" ? "none" : look.letter}`} aria-hidden="true">
          {look.letter === "-" ? "" : look.letter}
        </span>{" "}
        {LETTER_WORDS[look.letter]}
      </p>
      <dl class="facts">
        <dt>address</dt>
        <dd>
          <code>{spot.addr.toString(16)}</code>
        </dd>
        <EntryBits look={look} />
        <Target look={look} />
      </dl>
      {look.frame === null || look.letter === "p" ? null : (
        <>
          <h4>
            {look.letter === "s"
              ? `Who else has slot ${look.frame}`
              : `Who else maps frame ${look.frame}`}
          </h4>
          {others.length === 0 ? (
            <p class="note">no other process of this history</p>
          ) : (
            <ul class="sharers">
              {others.slice(0, MOST_SHARERS).map(({ mm, addr }) => (
                <li key={`${mm} ${addr}`} class="tag">
                  {sharerText(state, machine, mm, addr)}
                </li>
              ))}
              {others.length > MOST_SHARERS ? (
                <li>and {grouped(others.length - MOST_SHARERS)} more</li>
              ) : null}
            </ul>
          )}
        </>
      )}
    </>
  );
}

/** A list that can be read; the zero page has thousands. */
const MOST_SHARERS = 24;

function sharerText(state: MachineState, { after }: Machine, mm: string, addr: number): string {
  const space = spaceOf(state, mm);
  const where = space === undefined ? addr.toString(16) : spotName(space, addr);
  return `${ownersOf(state, mm, after)} ${where}`;
}

function Target({ look }: { look: PageLook }): JSX.Element | null {
  if (look.frame === null) return null;
  if (look.letter === "s") {
    return (
      <>
        <dt>swap slot</dt>
        <dd>{grouped(look.frame)}</dd>
      </>
    );
  }
  const isMapped = look.letter !== "M" && look.letter !== "m" && look.letter !== "h";
  return (
    <>
      <dt>frame</dt>
      <dd>{grouped(look.frame)}</dd>
      {isMapped ? (
        <>
          <dt>mapped by</dt>
          <dd>
            {grouped(look.mapcount)} {look.mapcount === 1 ? "entry" : "entries"} (mapcount)
          </dd>
          <dt>references</dt>
          <dd>{grouped(look.count)}</dd>
        </>
      ) : null}
    </>
  );
}
