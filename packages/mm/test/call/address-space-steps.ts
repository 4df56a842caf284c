/** Steps of a random history: each does one system call, and to the model what it should do. */
import { errnoName, Madvise, Mremap, PAGE_SIZE, Prot } from "@forkpath/abi";
import { runOn, type Space } from "@forkpath/test-world";
import { protect, unmap, write } from "@forkpath/test-world/area-calls";
import { at } from "@forkpath/test-world/area-looks";
import { map, SHARED_ANONYMOUS } from "@forkpath/test-world/areas";
import fc from "fast-check";
import { expect } from "vitest";
import { type MappedFile, sysMadvise, sysMlock, sysMremap, sysMunlock } from "../../src/index.ts";
import {
  changePages,
  frameAt,
  type Kind,
  type Model,
  newPage,
  PROTS,
  protectedPage,
} from "./address-space-model.ts";

/** Pages that histories play in. */
export const PAGES = 24;

export interface World {
  readonly space: Space;
  readonly model: Model;
  readonly file: MappedFile;
}

export interface Step {
  run(world: World): void;
  /** What a counterexample prints. */
  readonly [fc.toStringMethod]: () => string;
}

interface Range {
  readonly first: number;
  readonly count: number;
}

/** A step with a name, on a range of pages. */
const step = (name: string, { first, count }: Range, body: (world: World) => void): Step => ({
  run: body,
  [fc.toStringMethod]: () => `${name} ${first}+${count}`,
});

const range: fc.Arbitrary<Range> = fc
  .tuple(fc.nat(PAGES - 1), fc.integer({ min: 1, max: 8 }))
  .map(([first, count]) => ({ first, count: Math.min(count, PAGES - first) }));
const prot = fc.constantFrom(...PROTS);
const kind = fc.constantFrom<Kind>("private", "shared", "file");

const mapping = fc.tuple(range, kind, prot, fc.nat(4)).map(([where, kind, prot, pgoff]) =>
  step(`map ${kind} ${prot}`, where, ({ space, model, file }) => {
    const { first, count } = where;
    const options = {
      private: { prot },
      shared: { prot, flags: SHARED_ANONYMOUS },
      file: { prot, file, pgoff },
    };
    expect(map(space, first, count, options[kind])).toBe("0");
    for (let i = 0; i < count; i++) {
      model.set(first + i, newPage(kind, prot, kind === "file" ? pgoff + i : i));
    }
  }),
);

const unmapping = range.map((where) =>
  step("unmap", where, ({ space, model }) => {
    const { first, count } = where;
    expect(unmap(space, first, count)).toBe("0");
    for (let i = 0; i < count; i++) model.delete(first + i);
  }),
);

const protecting = fc.tuple(range, prot).map(([where, prot]) =>
  step(`protect ${prot}`, where, ({ space, model }) => {
    const { first, count } = where;
    const isWhole = changePages(model, first, count, (page) => protectedPage(page, prot));
    expect(protect(space, first, count, prot)).toBe(isWhole ? "0" : "-ENOMEM");
  }),
);

const dontfork = fc.tuple(range, fc.boolean()).map(([where, isDontcopy]) =>
  step(isDontcopy ? "dontfork" : "dofork", where, ({ space, model }) => {
    const { first, count } = where;
    const advice = isDontcopy ? Madvise.DONTFORK : Madvise.DOFORK;
    runOn(space.env, sysMadvise(space.env, space.mm, at(first), count * PAGE_SIZE, advice));
    for (let i = 0; i < count; i++) {
      changePages(model, first + i, 1, (page) => ({ ...page, isDontcopy })); // over holes, too
    }
  }),
);

const dontneed = range.map((where) =>
  step("dontneed", where, ({ space, model }) => {
    const { first, count } = where;
    const pages = Array.from({ length: count }, (_, i) => model.get(first + i));
    if (pages.some((page) => page?.isLocked)) return;
    runOn(
      space.env,
      sysMadvise(space.env, space.mm, at(first), count * PAGE_SIZE, Madvise.DONTNEED),
    );
    for (let i = 0; i < count; i++) {
      changePages(model, first + i, 1, (page) => ({ ...page, frame: null }));
    }
  }),
);

const writing = fc.nat(PAGES - 1).map((page) =>
  step("write", { first: page, count: 1 }, ({ space, model }) => {
    if (((model.get(page)?.prot ?? 0) & Prot.WRITE) === 0) return;
    write(space, page);
    changePages(model, page, 1, (one) => ({ ...one, frame: frameAt(space, page) }));
  }),
);

const locking = fc.tuple(range, fc.boolean()).map(([where, isLocked]) =>
  step(isLocked ? "lock" : "unlock", where, ({ space, model }) => {
    const { first, count } = where;
    const pages = Array.from({ length: count }, (_, i) => model.get(first + i));
    if (pages.some((page) => page === undefined || page.prot === Prot.NONE)) return;
    const call = isLocked ? sysMlock : sysMunlock;
    const status = runOn(space.env, call(space.env, space.mm, at(first), count * PAGE_SIZE));
    expect(errnoName(status)).toBe("0");
    // Pages that were shared with a file or a child are this one's own by now.
    for (let page = first; page < first + count; page++) {
      changePages(model, page, 1, (one) => ({ ...one, isLocked, frame: frameAt(space, page) }));
    }
  }),
);

const moving = fc.tuple(range, fc.nat(PAGES - 1)).map(([where, to]) =>
  step(`move to ${to}`, where, ({ space: { env, mm }, model }) => {
    const { first, count } = where;
    const isOne = mm.vmas.some((vma) => vma.start <= at(first) && at(first + count) <= vma.end);
    const isApart = to + count <= first || first + count <= to;
    if (!isOne || !isApart || to + count > PAGES) return;
    const len = count * PAGE_SIZE;
    const flags = Mremap.MAYMOVE | Mremap.FIXED;
    const request = { addr: at(first), oldLen: len, newLen: len, flags, newAddr: at(to) };
    expect(runOn(env, sysMremap(env, mm, request))).toBe(at(to));
    for (let i = 0; i < count; i++) {
      const page = model.get(first + i);
      model.delete(first + i);
      if (page !== undefined) model.set(to + i, page);
    }
  }),
);

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { arbitrary: mapping, weight: 3 },
    { arbitrary: writing, weight: 4 },
    { arbitrary: protecting, weight: 2 },
    { arbitrary: moving, weight: 2 },
    unmapping,
    dontfork,
    dontneed,
    locking,
  ),
  { minLength: 5, maxLength: 30 },
);
