/** A row of a witness as a text: the function, and what it did there. */
import type { KernelEvent } from "@forkpath/events";
import type { WitnessRow } from "@forkpath/picture";
import { PointKind } from "@forkpath/sync";
import { formatEvent } from "@forkpath/trace";
import { counterText } from "./monitor.ts";
import type { SeenPoint } from "./seen-point.ts";

const GAP = "  ";

/** `do_anonymous_page  load anon_rss of mm1: 10`, or `⋮ 3 steps`. */
export function rowText(row: WitnessRow): string {
  const { times } = row;
  if (row.sort === "fold") return `⋮ ${times} ${times === 1 ? "step" : "steps"}`;
  const text = sightText(row);
  return times === 1 ? text : `${text} (${times} times)`;
}

/** A call or a return names the function itself. */
function sightText(row: Exclude<WitnessRow, { readonly sort: "fold" }>): string {
  if (row.sort === "call") return row.point.label;
  if (row.sort === "point") return `${row.fn}${GAP}${pointText(row.point)}`;
  const { kind } = row.event;
  const what = eventText(row.event);
  return kind === "call" || kind === "return" ? what : `${row.fn}${GAP}${what}`;
}

const VERBS: Readonly<Record<number, string>> = {
  [PointKind.LOAD]: "load ",
  [PointKind.STORE]: "store ",
  [PointKind.WAIT]: "wait for ",
};

/** An entry is read and written in one step. */
const pointText = ({ kind, of, label }: SeenPoint): string =>
  of.kind === "entry" ? label : `${VERBS[kind] ?? ""}${label}`;

function eventText(event: KernelEvent): string {
  switch (event.kind) {
    case "load":
    case "store":
      return `${event.kind} ${counterText(event)}: ${signed(event.value)}`;
    case "atomic":
      return `add to ${counterText(event)}: ${signed(event.value)}`;
    case "lock":
    case "unlock":
      return `${event.kind} ${lockText(event)}`;
    default:
      return formatEvent(event);
  }
}

/** `page_table_lock of mm1`, or `swap_lock`, of which there is one. */
const lockText = ({ owner, lockClass }: { owner: string; lockClass: string }): string =>
  owner === "" ? lockClass : `${lockClass} of ${owner}`;

/** Counters below zero wrap; people want to see how far below. */
const signed = (value: bigint): string => `${BigInt.asIntN(64, value)}`;
