/**
 * Schedule points of what a thread does between its calls: it looks names up, and gives new ones.
 *
 *    before a step    reads the names, and of each task that it names whether it lives, is killed,
 *                     and where its heap ends
 *    and then         what it opens is open, and the place of what it maps is taken
 *    after it         the names that it gave are there for others
 */
import type { TaskStruct } from "@forkpath/fork";
import { ANYTHING, makePoint, PointKind, type SchedulePoint, type Subject } from "@forkpath/sync";
import type { Step } from "../story/step.ts";
import type { World } from "../world/world.ts";

const always = (): boolean => true;

/** Looks up the names of a step, and what its call depends on: as `renew` finds it. */
class CallPoint implements SchedulePoint {
  readonly kind = PointKind.CALL;
  readonly object: object;
  readonly parts?: readonly unknown[];
  readonly reads?: readonly unknown[];
  readonly of: Subject;
  readonly label: string;
  private readonly world: World;
  private readonly action: Step["action"];
  /** What it was renewed to last: mostly it stays so. */
  private now: CallPoint = this;

  /** @param reads what it looks at; null before anything was asked */
  constructor(
    world: World,
    action: Step["action"],
    of: Subject,
    label: string,
    reads: readonly unknown[] | null = null,
  ) {
    const isOfEntries = reads !== null && action.touches === "entries";
    this.object = isOfEntries ? world.kernel.machine.mm.map : world;
    if (reads !== null) {
      if (!isOfEntries) this.parts = [];
      this.reads = reads;
    }
    this.of = of;
    this.label = label;
    this.world = world;
    this.action = action;
  }

  ready(): boolean {
    return true;
  }

  renew(): SchedulePoint {
    const { world, action, of, label, now } = this;
    const found = lookedAt(world, action);
    if (now.reads === undefined || !isSame(found, now.reads)) {
      this.now = new CallPoint(world, action, of, label, found);
    }
    return this.now;
  }
}

function lookedAt(world: World, action: Step["action"]): readonly unknown[] {
  const found: unknown[] = [world];
  const tasks = tasksOf(world, action);
  for (const task of tasks) addTouched(found, task);
  if (action.touches === "areas") for (const { mm } of tasks) found.push(mm?.vmas);
  return found;
}

/**
 * Before a step is looked at; `thread` stands in user space then.
 * @param thread its name
 */
export function callPoint(
  world: World,
  thread: string,
  { action }: Step,
  text: string,
): SchedulePoint {
  const of: Subject = { kind: "call", owner: thread, field: action.verb };
  if (action.touches === "anything") return makePoint(PointKind.CALL, ANYTHING, of, text);
  return new CallPoint(world, action, of, text);
}

/**
 * Before a step changes what its arguments mean to others.
 * @param changes what it changes, as the world is now
 */
export function placesPoint(
  world: World,
  thread: string,
  { action }: Step,
  changes: (world: World) => readonly unknown[],
): SchedulePoint {
  const renew = (): SchedulePoint => ({
    kind: PointKind.STORE,
    object: world.kernel.machine.mm.map,
    parts: changes(world),
    reads: [world, ...touchedOf(world, action)],
    of: { kind: "field", owner: thread, field: "places" },
    label: `places of ${thread}`,
    ready: always,
    renew,
  });
  return renew();
}

/** Before the names that a step has given are known to others. */
export const namesPoint = (world: World, thread: string, { action }: Step): SchedulePoint => ({
  kind: PointKind.STORE,
  object: action.furnishes ? ANYTHING : world,
  reads: touchedOf(world, action),
  of: { kind: "field", owner: thread, field: "names" },
  label: `names of ${thread}`,
  ready: always,
});

/** The tasks that it looks at: those that its names stand for now, or all. */
function tasksOf({ processes }: World, { uses, touches }: Step["action"]): TaskStruct[] {
  const tasks: TaskStruct[] = [];
  if (touches === "tasks") for (const { task } of processes.values()) tasks.push(task);
  else {
    for (const used of uses) {
      const task = processes.get(typeof used === "string" ? used : used.process)?.task;
      if (task !== undefined) tasks.push(task);
    }
  }
  return tasks;
}

/** What tells whether a task lives, whether it was killed, and where its heap ends. */
function addTouched(list: unknown[], { taskLock, signal, mm }: TaskStruct): void {
  list.push(taskLock, signal);
  if (mm !== null) list.push(mm.layout);
}

function touchedOf(world: World, action: Step["action"]): unknown[] {
  const list: unknown[] = [];
  for (const task of tasksOf(world, action)) addTouched(list, task);
  return list;
}

function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  if (some.length !== others.length) return false;
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false;
  return true;
}
