/** Calls and accesses of an address space, in pages of its picture (areas.ts). */
import { errnoName, Mremap, PAGE_SIZE } from "@forkpath/abi";
import {
  type MmLimits,
  sysMadvise,
  sysMlock,
  sysMprotect,
  sysMremap,
  sysMunlock,
  sysMunmap,
  touch,
} from "@forkpath/mm";
import { NO_LIMITS } from "@forkpath/mm/internal";
import { expect } from "vitest";
import { at, pageOf } from "./area-looks.ts";
import { runOn, type Space } from "./machine.ts";

export const unmap = ({ env, mm }: Space, page: number, pages: number): string =>
  errnoName(runOn(env, sysMunmap(env, mm, at(page), pages * PAGE_SIZE)));

export const protect = (
  { env, mm }: Space,
  page: number,
  pages: number,
  prot: number,
  limits: MmLimits = NO_LIMITS,
): string => errnoName(runOn(env, sysMprotect(env, mm, at(page), pages * PAGE_SIZE, prot, limits)));

export const lock = (
  { env, mm }: Space,
  page: number,
  pages: number,
  limits: MmLimits = NO_LIMITS,
): string => errnoName(runOn(env, sysMlock(env, mm, at(page), pages * PAGE_SIZE, limits)));

export const unlock = ({ env, mm }: Space, page: number, pages: number): string =>
  errnoName(runOn(env, sysMunlock(env, mm, at(page), pages * PAGE_SIZE)));

/** madvise, with an advice of Madvise. */
export const advise = ({ env, mm }: Space, page: number, pages: number, advice: number): string =>
  errnoName(runOn(env, sysMadvise(env, mm, at(page), pages * PAGE_SIZE, advice)));

/** mremap in pages of the picture; the page where the mapping is then, or the errno. */
export function remap(
  { env, mm }: Space,
  page: number,
  oldPages: number,
  newPages: number,
  options: { mayMove?: boolean; to?: number; limits?: MmLimits } = {},
): number | string {
  const { mayMove = options.to !== undefined, to } = options;
  const flags = (mayMove ? Mremap.MAYMOVE : 0) | (to === undefined ? 0 : Mremap.FIXED);
  const lengths = { oldLen: oldPages * PAGE_SIZE, newLen: newPages * PAGE_SIZE };
  const request = {
    addr: at(page),
    ...lengths,
    flags,
    ...(to === undefined ? {} : { newAddr: at(to) }),
  };
  return pageOf(runOn(env, sysMremap(env, mm, request, options.limits)));
}

/** Writes to pages of the picture. */
export const write = (space: Space, ...pages: number[]): void => access(space, pages, true);

/** Reads pages of the picture. */
export const read = (space: Space, ...pages: number[]): void => access(space, pages, false);

function access({ env, mm }: Space, pages: number[], isWrite: boolean): void {
  for (const page of pages) {
    const code = runOn(env, touch(env, mm, at(page), isWrite));
    expect(code & 0x2fff & ~0xc, `access to page ${page}`).toBe(0);
  }
}
