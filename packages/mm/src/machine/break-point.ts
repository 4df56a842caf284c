/** Where the heap of an address space ends, as a place that a fork copies without mmap_sem. */
import { makePoint, type PointKind, type SchedulePoint } from "@forkpath/sync";
import type { MmStruct } from "../types.ts";

/** @modelOnly a scheduler's view of a load or store of mm->brk */
export const breakPoint = ({ name, layout }: MmStruct, kind: PointKind): SchedulePoint =>
  makePoint(kind, layout, { kind: "field", owner: name, field: "brk" });
