/**
 * Exec moves the finished stack down to where it belongs (SPEC §7.7/4).
 *
 *    before    .............. [ strings ]        built at STACK_TOP_MAX
 *    between   .. [ new range and old one ]      one area, so that rmap finds the pages
 *    after     .. [ strings ] .............
 *
 * Entries move as they are: no counter changes. Their pages keep their index, since the area's
 * offset moves along with its start.
 */
import { Errno } from "@forkpath/abi";
import { freePgdRange } from "@forkpath/page-table";
import type { KernelThread } from "@forkpath/sync";
import { growVma, shrinkVma } from "../area/adjust.ts";
import { findVma, nextVma } from "../area/list.ts";
import type { MmEnv, Vma } from "../types.ts";
import { movePageTables } from "./move-page-tables.ts";

/**
 * Moves `vma` and its pages `shift` bytes down. Requires mmap_sem held for writing.
 * @returns 0; -EFAULT when another area is in the way; -ENOMEM, and then it is moved by half
 * @kernel shift_arg_pages in fs/exec.c
 */
export function* shiftArgPages(env: MmEnv, vma: Vma, shift: number): KernelThread<number> {
  const { mm, start: oldStart, end: oldEnd, pgoff } = vma;
  const newStart = oldStart - shift;
  const newEnd = oldEnd - shift;
  if (findVma(mm, newStart) !== vma) return -Errno.EFAULT;
  if ((yield* growVma(env, vma, newStart, oldEnd)) !== 0) return -Errno.ENOMEM;
  vma.pgoff = pgoff;
  const length = oldEnd - oldStart;
  const moved = yield* movePageTables(env, vma, oldStart, vma, newStart, length);
  if (moved !== length) return -Errno.ENOMEM;
  const ceiling = nextVma(vma)?.start ?? 0;
  const freed = Math.max(newEnd, oldStart);
  freePgdRange(env.sync, env.tables, mm, freed, oldEnd, newEnd, ceiling);
  yield* shrinkVma(env, vma, newStart, newEnd, null);
  return 0;
}
