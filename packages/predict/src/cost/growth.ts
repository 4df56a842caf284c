/**
 * How memory grows after a fork, as writes break the sharing (predict.md §7).
 *
 *    written by        small pages            parts of huge pages
 *    one side          one copy               one copy
 *    both              one copy: the last     two, and the old one stays allocated until the huge
 *                      writer keeps the old   page is split: it shows in no process
 *
 * Which pages are written is taken to be random and independent: then the share that at least one
 * of two has written is 1 - (1 - a)(1 - b), and of n writes with repetition 1 - e^(-n/N) pages are
 * hit.
 */
import { KB_PER_PAGE } from "@forkpath/abi";
/** How much one side writes after the fork. */
export type Writes =
  | {
      /** A part of all pages. */
      readonly kind: "share";
      /** From 0 to 1. */
      readonly share: number;
    }
  | {
      /** So many pages. */
      readonly kind: "pages";
      /** Pages of 4 kB, each of them once. */
      readonly pages: number;
    }
  /** Writes a second, each to any page. */
  | {
      /** At random, for as long as the plan says. */
      readonly kind: "rate";
      /** Writes a second. */
      readonly perSecond: number;
    };

/** Which side writes how much. */
export interface GrowthPlan {
  /** What the parent writes. */
  readonly parent: Writes;
  /** Of each child. */
  readonly child: Writes;
  /** How long writers write; needed for a rate. */
  readonly seconds: number;
}

/** The parent goes on, and the children only read: what a snapshot is like. */
export const SNAPSHOT: GrowthPlan = {
  parent: { kind: "share", share: 1 },
  child: { kind: "share", share: 0 },
  seconds: 0,
};

/** Memory at one moment of the plan. */
export interface GrowthPoint {
  /** Seconds after the fork, where something is written at a rate; else 0. */
  readonly seconds: number;
  /** Share of the pages that the parent and each child has written. */
  readonly parent: number;
  /** Share of the pages that each child has written. */
  readonly child: number;
  /** Copies made so far, in pages, and so faults at the least. */
  readonly copies: number;
  /** kB more than before the fork: in pages that somebody maps, and all that is allocated. */
  readonly mapped: number;
  /** kB more than before the fork, in all that is allocated. */
  readonly allocated: number;
}

/** Pages that can be shared: single ones, and parts of huge pages. */
export interface SharedPages {
  /** Single pages. */
  readonly small: number;
  /** Pages of 4 kB that are parts of huge pages. */
  readonly huge: number;
  /** Children that share them with the parent. */
  readonly children: number;
}

/** How memory grows as writes break the sharing. */
export interface Growth {
  /** What is shared at first. */
  readonly pages: SharedPages;
  /** Which side writes how much. */
  readonly plan: GrowthPlan;
  /** From the fork to the end of the plan. */
  readonly points: readonly GrowthPoint[];
}

const STEPS = 10;

/** From nothing written to all that the plan says, in equal steps. */
export function growthOf(pages: SharedPages, plan: GrowthPlan): Growth {
  const points = Array.from({ length: STEPS + 1 }, (_, step) => pointAt(pages, plan, step / STEPS));
  return { pages, plan, points };
}

/** @param progress from 0 to 1: how much of the plan is done */
function pointAt(pages: SharedPages, plan: GrowthPlan, progress: number): GrowthPoint {
  const all = pages.small + pages.huge;
  const parent = writtenShare(plan.parent, plan, all, progress);
  const child = writtenShare(plan.child, plan, all, progress);
  const hasRate = plan.parent.kind === "rate" || plan.child.kind === "rate";
  const writers = parent + pages.children * child;
  // The last of all to write keeps the old page, if nobody else has it any more.
  const copied = writers - parent * child ** pages.children;
  const mapped = all * copied;
  return {
    seconds: hasRate ? plan.seconds * progress : 0,
    parent,
    child,
    copies: Math.round(pages.small * copied + pages.huge * writers),
    mapped: Math.round(mapped * KB_PER_PAGE),
    allocated: Math.round((pages.small * copied + pages.huge * writers) * KB_PER_PAGE),
  };
}

function writtenShare(writes: Writes, plan: GrowthPlan, pages: number, progress: number): number {
  if (pages === 0) return 0;
  if (writes.kind === "share") return Math.min(writes.share, 1) * progress;
  if (writes.kind === "pages") return Math.min(writes.pages / pages, 1) * progress;
  return 1 - Math.exp((-writes.perSecond * plan.seconds * progress) / pages);
}

/**
 * How much of the plan is done when `kb` more are allocated; undefined if all of it needs less.
 * Reclaim splits huge pages first, so pages that somebody maps are what counts against a limit.
 */
export function progressAt(growth: Growth, kb: number): GrowthPoint | undefined {
  const { pages, plan } = growth;
  if (pointAt(pages, plan, 1).mapped <= kb) return undefined;
  let [low, high] = [0, 1];
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (pointAt(pages, plan, middle).mapped <= kb) low = middle;
    else high = middle;
  }
  return pointAt(pages, plan, low);
}

/** Halvings of an interval of 1: finer than a page of 64 GiB. */
const HALVINGS = 40;
