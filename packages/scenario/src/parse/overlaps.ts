/** Mappings that a process begins with may not lie in each other's way. */
import { PAGE_SIZE, PUD_SIZE } from "@forkpath/abi";
import type { MappingSpec } from "../format/mapping.ts";
import { HEAP_START, nextAfter, STACK_END } from "../world/mapping.ts";
import { FIRST_MAPPING } from "../world/world.ts";

interface Placed {
  readonly name: string;
  /** Bytes [start, end). */
  readonly start: number;
  readonly end: number;
}

/** Two mappings of one process that overlap, the later in the text first. */
interface Overlap {
  readonly name: string;
  readonly other: string;
}

export function findOverlaps(mappings: ReadonlyMap<string, MappingSpec>): readonly Overlap[] {
  const placed = placeAll(mappings);
  return placed.flatMap((one, index) => {
    const other = placed
      .slice(0, index)
      .find(({ start, end }) => start < one.end && one.start < end);
    return other === undefined ? [] : [{ name: one.name, other: other.name }];
  });
}

/** Where each will be put, as `planMapping` does it. */
function placeAll(mappings: ReadonlyMap<string, MappingSpec>): readonly Placed[] {
  let [heap, mapping, stack] = [HEAP_START, FIRST_MAPPING, STACK_END + PUD_SIZE];
  return [...mappings].map(([name, { kind, at, sizePages }]) => {
    const bytes = sizePages * PAGE_SIZE;
    let start = at ?? mapping;
    if (kind === "heap") {
      start = heap;
      heap += bytes;
    } else if (at === null && kind === "stack") {
      stack -= PUD_SIZE;
      start = stack - bytes;
    } else if (at === null) {
      mapping = nextAfter(start, bytes);
    }
    return { name, start, end: start + bytes };
  });
}
