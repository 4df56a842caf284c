/** A fresh huge page becomes an area's (SPEC §2.13, L14/5). */
import { PAGE_SIZE, type Pfn, pfn as toPfn } from "@forkpath/abi";
import { countedFrames } from "@forkpath/rmap/internal";
import type { MmEnv, Vma } from "../types.ts";
import { addNewAnonPage } from "./new-anon-page.ts";

/**
 * Makes a fresh huge page the area's, from byte `start` on: its head, or each frame of a large
 * folio.
 * @kernel folio_add_new_anon_rmap in mm/rmap.c
 */
export function addNewHugePage(env: MmEnv, vma: Vma, start: number, head: Pfn): void {
  for (let at: number = head, end = head + countedFrames(env.map, head); at < end; at++) {
    addNewAnonPage(env, vma, start + (at - head) * PAGE_SIZE, toPfn(at));
  }
}
