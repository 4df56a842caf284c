/**
 * What a machine has come to, as one text: two schedules end alike if they leave the same text.
 *
 * Numbers that only say what was made first are left out: tasks go by the names of the scenario,
 * and address spaces, files, frames and anon_vmas by the order in which a walk over those tasks
 * meets them.
 *
 *    tasks, by name       state, faults, signals, and which address space
 *    address spaces       every line of status, users, areas, entries with their bits
 *    frames               references, mappings, flags, owner
 *    files, slots, totals page caches, the swap map, what the machine has used up and promised
 */
import type { ScenarioState } from "../../src/index.ts";

type Kernel = ScenarioState["stage"]["kernel"];
type Space = Kernel["machine"]["mm"]["spaces"] extends Set<infer Mm> ? Mm : never;
type Vma = Space["vmas"][number];
type File = NonNullable<Vma["file"]>;
type SpaceView = ReturnType<Kernel["addressSpaces"]>[number];

/** Numbers things in the order in which they are met. */
class Numbering<Thing> {
  private readonly numbers = new Map<Thing, number>();
  private readonly letter: string;

  constructor(letter: string) {
    this.letter = letter;
  }

  of(thing: Thing): string {
    const known = this.numbers.get(thing) ?? this.numbers.size;
    this.numbers.set(thing, known);
    return `${this.letter}${known}`;
  }
  get things(): readonly Thing[] {
    return [...this.numbers.keys()];
  }
}

/** Requires a stage that has been finished. */
export function endingText({ stage }: ScenarioState): string {
  const { kernel } = stage;
  const walk = new Walk(kernel);
  const names = stage.names().sort((a, b) => (a.name < b.name ? -1 : 1));
  const tasks = names.map(({ name, pid, state }) => `${name}: ${state} ${walk.task(pid)}`);
  const others = [...kernel.machine.fork.tasks.values()]
    .filter(({ pid }) => !names.some((named) => named.pid === pid))
    .map(({ pid }) => `unnamed: ${walk.task(pid)}`)
    .sort();
  const lines = [...tasks, ...others, ...walk.spaces(), ...walk.caches(), ...walk.frames()];
  return [...lines, ...totals(kernel)].join("\n");
}

class Walk {
  private readonly kernel: Kernel;
  private readonly mms = new Numbering<Space>("mm");
  private readonly pages = new Numbering<number>("#");
  private readonly anonVmas = new Numbering<number>("av");
  private readonly files = new Numbering<File>("file");

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  task(pid: number): string {
    const task = this.kernel.machine.fork.tasks.get(pid);
    if (task === undefined) return "gone";
    const { comm, state, flags, mm, minFlt, majFlt, exitCode, signal, realParent } = task;
    const memory = mm === null ? "none" : this.mms.of(mm);
    return json({
      comm,
      state,
      flags,
      memory,
      minFlt,
      majFlt,
      exitCode,
      parent: realParent.comm,
      threads: signal.count,
      pending: task.hasPendingSignal,
      killed: task.isKilled,
      files: task.files?.count,
      fs: task.fs.users,
      processes: task.cred.user.processes,
    });
  }

  spaces(): string[] {
    const { mm: env } = this.kernel.machine;
    for (const mm of env.spaces) this.mms.of(mm); // those of no task, oldest first
    const views = new Map(this.kernel.addressSpaces().map((view) => [view.memory.name, view]));
    return this.mms.things.flatMap((mm) => this.space(mm, views.get(mm.name)));
  }

  private space(mm: Space, view: SpaceView | undefined): string[] {
    const own = `${this.mms.of(mm)}:`;
    if (view === undefined) return [`${own} torn down`];
    const { pids, memory } = view;
    const { status, rss, nrPtes, mmUsers } = memory;
    const { mmCount, mapCount, lockedVm, usage, layout, nrPmds, nrPuds } = mm;
    const head = { status, rss, nrPtes, nrPmds, nrPuds, mmUsers, mmCount, mapCount, lockedVm };
    return [
      `${own} ${json({ ...head, usage, layout })}`,
      ...mm.vmas.map((vma) => `${own} ${this.area(vma)}`),
      ...(pids.length === 0 ? [] : this.entries(pids[0]).map((entry) => `${own} ${entry}`)),
    ];
  }

  private area({ start, end, flags, pgoff, file, anonVma, anonVmaChain }: Vma): string {
    const path = file === null ? null : `${this.files.of(file)} ${file.path}`;
    const owner = anonVma === null ? null : this.anonVmas.of(anonVma.id);
    const chain = anonVmaChain.map((link) => this.anonVmas.of(link.anonVma.id));
    return json({ start, end, flags, pgoff, path, owner, chain });
  }

  private entries(pid: number): string[] {
    return this.kernel
      .entries(pid)
      .map(({ addr, letter, flags, isExclusive, pfn, slot, pgoff }) => {
        const page = pfn === undefined ? undefined : this.pages.of(pfn);
        return json({ addr, letter, flags, isExclusive, page, slot, pgoff });
      });
  }

  /** Pages of files and of slots; what is on its way, and what is pinned. */
  caches(): string[] {
    const { mm: env, migrations, pins } = this.kernel.machine;
    const unmapped = [...env.files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    for (const file of unmapped) this.files.of(file); // those of no area
    const cached = this.files.things.map(
      ({ path, pages, count, sizePages, swapped, chargedPages, iWritecount }) =>
        json({
          path,
          count,
          sizePages,
          chargedPages,
          iWritecount,
          pages: sorted(pages).map(([at, page]) => [at, this.pages.of(page)]),
          swapped: sorted(swapped),
        }),
    );
    const slots = sorted(env.swap.cache).map(([slot, page]) => [slot, this.pages.of(page)]);
    return [
      ...cached,
      `swap cache: ${json(slots)}`,
      ...env.swap.areas.map(({ type, flags, prio, max, inusePages, swapMap }) =>
        json({ type, flags, prio, max, inusePages, slots: [...swapMap.entries()].filter(isUsed) }),
      ),
      `under way: ${json(migrations.map((one) => [this.pages.of(one.oldPfn), this.pages.of(one.newPfn)]))}`,
      `pins: ${json([...pins].map(([page, count]) => `${this.pages.of(page)} ${count}`).sort())}`,
    ];
  }

  frames(): string[] {
    return this.pages.things.map((page) => {
      const { count, mapcount, flags, owner, index } = this.kernel.page(page);
      const of = owner.kind === "none" ? "nobody" : this.ownerOf(owner.kind, owner.id);
      return `${this.pages.of(page)}: ${json({ count, mapcount, flags, of, index })}`;
    });
  }

  private ownerOf(kind: string, id: number): string {
    return kind === "anon" ? this.anonVmas.of(id) : kind;
  }
}

function totals(kernel: Kernel): string[] {
  const { mm, fork } = kernel.machine;
  const { committed, parts } = mm.commit;
  const { allocations: _, ...used } = kernel.totals();
  return [
    `totals: ${json(used)}`,
    `mapped: ${json(mm.map.stats)}`,
    `promised: ${json({ committed, parts: [...parts] })}`,
    `tasks: ${json({ threads: fork.nrThreads, forks: fork.totalForks })}`,
    `bad: ${mm.badPtes}`,
  ];
}

const isUsed = ([, byte]: readonly [number, number]): boolean => byte !== 0;

const sorted = <Value>(map: ReadonlyMap<number, Value>): [number, Value][] =>
  [...map].sort(([a], [b]) => a - b);

const json = (value: unknown): string =>
  JSON.stringify(value, (_key, one) => (typeof one === "bigint" ? `${one}` : one));
