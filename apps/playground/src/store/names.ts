/** What memory is called: the tasks that have it, and the mappings in it. */
import { PAGE_SIZE } from "@forkpath/abi";
import { spaceOf } from "../chunks/hold.ts";
import type { MachineState, MapArea, MapSpace, SpaceState, TaskState } from "../worker/protocol.ts";

/** A process as a panel shows it. */
export interface Shown {
  readonly name: string;
  /** Null while it is being made. */
  readonly task: TaskState | null;
  readonly space: SpaceState | null;
  /** `pid 3, child of 2`, `being made: no pid yet`, `a zombie`. */
  readonly about: string;
}

/** A process by its name; one that the step is only making has no task yet. */
export function shownProcess(
  state: MachineState,
  after: MachineState | null,
  name: string | null,
): Shown | null {
  if (name === null) return null;
  const task = state.tasks.find((one) => one.name === name) ?? null;
  if (task !== null) {
    return { name, task, space: spaceOf(state, task.mm) ?? null, about: taskWords(task) };
  }
  const mm = after?.tasks.find((one) => one.name === name)?.mm ?? null;
  const space = mm === null ? null : (spaceOf(state, mm) ?? null);
  const about = space === null ? "not there yet" : "being made: no pid yet";
  return { name, task: null, space, about };
}

function taskWords({ pid, ppid, state, mm }: TaskState): string {
  if (state === "gone") return `pid ${pid} is gone`;
  const parent = ppid === null ? "" : `, child of ${ppid}`;
  if (mm === null) return `pid ${pid}${parent}, ${state}: no memory`;
  return `pid ${pid}${parent}${state === "running" ? "" : `, ${state}`}`;
}

/** Names of everybody that has the address space. */
export function ownersOf(state: MachineState, mm: string, after: MachineState | null): string {
  const named = (from: MachineState | null): string =>
    (from?.tasks ?? [])
      .filter((task) => task.mm === mm)
      .map(({ name }) => name)
      .join(", ");
  return named(state) || named(after) || mm;
}

/** `heap 23`, or the address where it has no name. */
export function spotName(space: MapSpace, addr: number): string {
  const area = space.areas.find(({ start, end }) => addr >= start && addr < end);
  const part = area === undefined ? undefined : partAt(area, addr);
  if (area === undefined || part === undefined) return addr.toString(16);
  return `${part.name} ${part.page}`;
}

function partAt({ mappings }: MapArea, addr: number): { name: string; page: number } | undefined {
  for (const { name, start, firstPage, pages } of mappings) {
    const page = (addr - start) / PAGE_SIZE;
    if (page >= 0 && page < pages) return { name, page: firstPage + page };
  }
  return undefined;
}

/** The name of an area for people: of its mapping, or of the file behind it. */
export const areaName = (area: MapArea): string =>
  area.mappings.length === 0 ? area.name : area.mappings.map(({ name }) => name).join(", ");

/** The address of a page by its name, as `spotName` makes it; null where there is none. */
export function cellStart(
  space: SpaceState,
  mapping: string,
  page: string | undefined,
): number | null {
  const number = Number(page ?? Number.NaN);
  if (Number.isNaN(number)) {
    const addr = Number.parseInt(mapping, 16);
    return space.areas.some(({ start, end }) => addr >= start && addr < end) ? addr : null;
  }
  for (const area of space.areas) {
    const part = area.mappings.find(({ name }) => name === mapping);
    if (part === undefined) continue;
    const at = number - part.firstPage;
    if (at >= 0 && at < part.pages) return part.start + at * PAGE_SIZE;
  }
  return null;
}
