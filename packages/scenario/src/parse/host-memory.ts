/**
 * What a history will take of the memory of the computer that runs the model, before it takes any.
 *
 * The figures are measured ones, rounded up: `node --conditions=@forkpath/source` on histories that
 * bring 16 GB, swap out 4 GB and fork 30,000 times. Pages that a step brings count once for each
 * process that brings them; what only a run can tell is left out.
 */
import type { KnownNames, KnownSpace } from "../format/known.ts";
import type { Place } from "../format/place.ts";
import { type Selection, selectPages } from "../format/selection.ts";
import type { Scenario } from "../story/scenario.ts";
import type { Step } from "../story/step.ts";

/** Bytes of the host. */
const PER_FRAME = 100;
const PER_SWAPPED = 250;
const PER_ENTRY = 6;
const PER_TASK = 33_000;
const GIB = 2 ** 30;
const MOST_BYTES: number = GIB;

/** Tasks that there can be at once, where the machine says nothing else. */
const PID_MAX = 32_768;
const MEMORY_PAGES = 2 ** 20;

/** What one address space has brought. */
interface Usage {
  /** Entries of its page tables: a fork copies them. */
  entries: number;
  /** Pages of each mapping since the last fork: a page that is shared then is copied by a write. */
  brought: Map<string, number>;
}

export class HostMemory {
  private frames = 0;
  private swapped = 0;
  private entries = 0;
  private tasks = 0;
  private isTold = false;
  private readonly usages = new WeakMap<KnownSpace, Usage>();
  private readonly known: KnownNames;
  private readonly most: { readonly frames: number; readonly tasks: number };

  constructor({ machine }: Scenario, known: KnownNames) {
    this.known = known;
    this.most = {
      frames: machine.memoryPages ?? MEMORY_PAGES,
      tasks: Math.min(machine.pidMax ?? PID_MAX, machine.maxThreads ?? PID_MAX),
    };
  }

  /** A place without a mapping is all that the process maps. */
  bring({ process, mapping, pages }: Place): void {
    const space = this.known.get(process)?.space;
    if (space === undefined) return;
    const mappings = mapping === null ? [...space.mappings.keys()] : [mapping];
    for (const one of mappings) this.bringOf(space, one, pages);
  }

  private bringOf(space: KnownSpace, mapping: string, pages: readonly Selection[]): void {
    const total = space.mappings.get(mapping) ?? 0;
    const runs = selectPages(pages, total) ?? [];
    const usage = this.usageOf(space);
    const before = usage.brought.get(mapping) ?? 0;
    const after = Math.min(
      total,
      runs.reduce((sum, { count }) => sum + count, before),
    );
    usage.brought.set(mapping, after);
    usage.entries += after - before;
    this.frames += after - before;
    this.entries += after - before;
  }

  swapOut(pages: number): void {
    this.swapped += pages;
  }

  /** Requires the names that the step makes to be known. */
  addStep({ action, times, done }: Step): void {
    for (const place of action.brings) this.bring(place);
    const [parent] = action.uses;
    if (action.birth === null || typeof parent !== "string") return;
    const births = Math.min(done === null ? times : done + 1, this.most.tasks);
    this.tasks += births;
    const space = this.known.get(parent)?.space;
    if (action.birth === "shares" || space === undefined) return;
    const usage = this.usageOf(space);
    usage.brought = new Map();
    this.entries += births * usage.entries;
    for (const { space: child } of this.known.values()) {
      if (!this.usages.has(child)) this.usages.set(child, { ...usage, brought: new Map() });
    }
  }

  /** Says what is too much, once: what comes later only adds to it. Undefined while all is well. */
  complaint(): string | undefined {
    const frames = Math.min(this.frames, this.most.frames);
    const bytes =
      frames * PER_FRAME +
      this.swapped * PER_SWAPPED +
      this.entries * PER_ENTRY +
      Math.min(this.tasks, this.most.tasks) * PER_TASK;
    if (bytes <= MOST_BYTES || this.isTold) return undefined;
    this.isTold = true;
    const parts = [
      `${frames} page frames`,
      ...(this.swapped > 0 ? [`${this.swapped} swapped pages`] : []),
      `${this.entries} page-table entries`,
      ...(this.tasks > 0 ? [`${this.tasks} tasks`] : []),
    ];
    const needed = Math.ceil(bytes / GIB);
    return `up to here, ${parts.join(", ")} take about ${needed} GiB of this computer; at most ${MOST_BYTES / GIB} GiB`;
  }

  private usageOf(space: KnownSpace): Usage {
    const usage = this.usages.get(space) ?? { entries: 0, brought: new Map() };
    this.usages.set(space, usage);
    return usage;
  }
}
