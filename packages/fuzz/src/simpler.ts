/** Histories that are one thing simpler than a given one, whether or not they make sense. */
import type { Entry } from "@forkpath/scenario/internal";
import type { History, ProcessEntry } from "./history.ts";

/**
 * Without a process, a mapping, or something special about the machine; or a mapping is smaller.
 */
export function* simplerStarts(history: History): Generator<History> {
  const { machine, processes } = history;
  for (const simpler of withoutKeys(machine, OPTIONAL.machine))
    yield { ...history, machine: simpler };
  for (const [name, process] of Object.entries(processes)) {
    yield { ...history, processes: omit(processes, name) };
    for (const simpler of simplerProcesses(process)) {
      yield { ...history, processes: { ...processes, [name]: simpler } };
    }
  }
}

function* simplerProcesses(process: ProcessEntry): Generator<ProcessEntry> {
  const { mappings, ...rest } = process;
  for (const simpler of withoutKeys(rest, OPTIONAL.process)) yield { ...simpler, mappings };
  for (const [name, mapping] of Object.entries(mappings)) {
    yield { ...process, mappings: omit(mappings, name) };
    for (const simpler of simplerEntries(mapping, OPTIONAL.mapping)) {
      yield { ...process, mappings: { ...mappings, [name]: simpler } };
    }
  }
}

/** A child is not born, and its parent does what it would have done. */
export function* withoutChildren(history: History): Generator<History> {
  const { steps } = history;
  for (const [index, step] of steps.entries()) {
    const parent = step.fork ?? step.vfork ?? step.clone;
    if (typeof parent !== "string" || typeof step.as !== "string") continue;
    const rest = steps.filter((_, other) => other !== index);
    yield { ...history, steps: rest.map((one) => renamed(one, String(step.as), parent)) };
  }
}

/** The step with `from` for `to`, where it stands alone or before a mapping. */
const renamed = (step: Entry, from: string, to: string): Entry =>
  Object.fromEntries(
    Object.entries(step).map(([key, value]) => {
      if (value === from) return [key, to];
      const isPlace = typeof value === "string" && value.startsWith(`${from} `);
      return [key, isPlace ? `${to}${value.slice(from.length)}` : value];
    }),
  );

/** One step is simpler. */
export function* simplerSteps(history: History): Generator<History> {
  for (const [index, step] of history.steps.entries()) {
    const optional = "remapFilePages" in step ? OPTIONAL.remap : OPTIONAL.step;
    for (const simpler of simplerEntries(step, optional)) {
      yield { ...history, steps: history.steps.with(index, simpler) };
    }
  }
}

/** What each can do without. Memory is kept, since a machine without a size is a large one. */
const OPTIONAL = {
  machine: [
    "swap",
    "overcommit",
    "nrCpus",
    "rules",
    "preempt",
    "transparentHugepage",
    "needResched",
    "maxThreads",
    "pidMax",
    "maxMapCount",
  ],
  process: ["parent", "user"],
  mapping: ["written", "read"],
  remap: ["failAllocation", "nonblock"],
  step: ["failAllocation", "count", "idle", "noreserve", "offset", "priority", "flags"],
} as const;

function* withoutKeys<Keys extends object>(
  entry: Keys,
  optional: readonly string[],
): Generator<Keys> {
  for (const key of optional) if (key in entry) yield omit(entry, key);
}

function* simplerEntries(entry: Entry, optional: readonly string[]): Generator<Entry> {
  yield* withoutKeys(entry, optional);
  for (const [key, value] of Object.entries(entry)) {
    const smaller = typeof value === "string" ? smallerText(value) : null;
    if (smaller !== null) yield { ...entry, [key]: smaller };
  }
}

/** `4 pages` is `2 pages`, `p1 heap 2..5` is `p1 heap 2..3`; null for what has no size. */
function smallerText(text: string): string | null {
  const size = /^(-?)(\d+) pages$/.exec(text);
  if (size !== null) {
    const count = Number(size[2]);
    return count > 1 ? `${size[1]}${Math.floor(count / 2)} pages` : null;
  }
  const range = /^(.* )(\d+)\.\.(\d+)$/.exec(text);
  if (range === null) return null;
  const [first, last] = [Number(range[2]), Number(range[3])];
  return last === first ? null : `${range[1]}${first}..${first + Math.floor((last - first) / 2)}`;
}

const omit = <Keys extends object>(entry: Keys, key: string): Keys =>
  Object.fromEntries(Object.entries(entry).filter(([one]) => one !== key)) as Keys;
