/**
 * A machine as it is now, to be put back as often as a caller likes.
 *
 *     const snapshot = takeSnapshot(world)        after the machine is set up, once
 *     run ...; snapshot.restore(); run ...        the world is as it was, for each run
 *
 * All that can be reached from the root is put back in place: columns, lists, maps and the fields
 * of objects. A reader that holds one of them goes on holding it. What was made since is let go.
 *
 * What a closure has captured cannot be reached, so no state may hide there. Nor can a generator be
 * rewound: where one hangs halfway through a call, there is no snapshot.
 */
import type { PageTables } from "@forkpath/page-table";
import { isPageTables, type KeptEntries, keepEntries } from "@forkpath/page-table/internal";
import {
  type Compile,
  type Fields,
  type KeptObject,
  type KeptShape,
  putObjectBack,
  putShapeBack,
  shapesOf,
} from "./put-back.ts";

export interface Snapshot {
  /** Puts everything back. */
  restore(): void;
}

/** A typed array, whatever its elements. */
interface Column extends ArrayBufferView {
  set(from: Column): void;
  slice(): Column;
}

/** Before there is a function for each shape: to make them costs as much as some more times. */
const TIMES_BEFORE_SHAPES = 40;

interface KeptColumn {
  readonly column: Column;
  readonly cells: Column;
}

interface KeptList {
  readonly list: unknown[];
  readonly items: readonly unknown[];
}

interface KeptMap {
  readonly map: Map<unknown, unknown>;
  readonly keys: readonly unknown[];
  readonly values: readonly unknown[];
}

interface KeptSet {
  readonly set: Set<unknown>;
  readonly items: readonly unknown[];
}

/**
 * Everything that can be reached from `root`, as it is now; null where a generator is part of it.
 * @param compile where the host lets text become code: to go back is several times as quick then
 * @modelOnly a real machine has no way back
 */
export function takeSnapshot(root: object, compile: Compile | null = null): Snapshot | null {
  const kept = new Kept(compile);
  return kept.keepAll(root) ? kept : null;
}

/** By sort, so that each loop of `restore` sees one sort only. */
class Kept implements Snapshot {
  private readonly tables: KeptEntries[] = [];
  private readonly columns: KeptColumn[] = [];
  private readonly lists: KeptList[] = [];
  private readonly maps: KeptMap[] = [];
  private readonly sets: KeptSet[] = [];
  private readonly objects: KeptObject[] = [];
  private readonly compile: Compile | null;
  private shapes: readonly KeptShape[] | null = null;
  private times = 0;

  constructor(compile: Compile | null) {
    this.compile = compile;
  }

  /** False where a generator is part of it. */
  keepAll(root: object): boolean {
    const seen = new Set<object>();
    const left: unknown[] = [root];
    while (left.length > 0) {
      const one = left.pop();
      if (typeof one !== "object" || one === null || seen.has(one)) continue;
      if (Object.prototype.toString.call(one) === "[object Generator]") return false;
      seen.add(one);
      if (isPageTables(one)) this.keepTables(one, seen);
      for (const part of this.keep(one)) left.push(part);
    }
    return true;
  }

  /** They know themselves which of their cells say something: the others need not be written. */
  private keepTables(tables: PageTables, seen: Set<object>): void {
    this.tables.push(keepEntries(tables));
    for (const chunk of [...tables.low, ...tables.high]) seen.add(chunk);
  }

  restore(): void {
    const { tables, columns, lists, maps, sets } = this;
    for (let at = 0; at < tables.length; at++) tables[at].restore();
    for (let at = 0; at < columns.length; at++) columns[at].column.set(columns[at].cells);
    for (let at = 0; at < lists.length; at++) restoreList(lists[at]);
    for (let at = 0; at < maps.length; at++) restoreMap(maps[at]);
    for (let at = 0; at < sets.length; at++) restoreSet(sets[at]);
    this.restoreObjects();
  }

  private restoreObjects(): void {
    const { objects, compile } = this;
    if (compile !== null && ++this.times === TIMES_BEFORE_SHAPES) {
      this.shapes = shapesOf(objects, compile);
    }
    const { shapes } = this;
    if (shapes === null) for (let at = 0; at < objects.length; at++) putObjectBack(objects[at]);
    else for (let at = 0; at < shapes.length; at++) putShapeBack(shapes[at]);
  }

  /** @returns what `one` holds */
  private keep(one: object): readonly unknown[] {
    if (ArrayBuffer.isView(one)) {
      this.columns.push({ column: one as Column, cells: (one as Column).slice() });
      return [];
    }
    if (Array.isArray(one)) {
      this.lists.push({ list: one, items: [...one] });
      return one;
    }
    if (one instanceof Map) {
      const kept = { map: one, keys: [...one.keys()], values: [...one.values()] };
      this.maps.push(kept);
      return [...kept.keys, ...kept.values];
    }
    if (one instanceof Set) {
      const items = [...one];
      this.sets.push({ set: one, items });
      return items;
    }
    return this.keepFields(one as Fields);
  }

  /** A getter has no value of its own. */
  private keepFields(object: Fields): readonly unknown[] {
    const fields = Object.entries(Object.getOwnPropertyDescriptors(object));
    const written = fields.filter(([, { writable }]) => writable === true);
    if (written.length > 0) {
      const names = written.map(([name]) => name);
      const values = written.map(([, { value }]) => value as unknown);
      this.objects.push({ object, names, values, all: Object.values(object) });
    }
    return fields.map(([, { value }]) => value as unknown);
  }
}

function restoreList({ list, items }: KeptList): void {
  if (list.length !== items.length) list.length = items.length;
  for (let at = 0; at < items.length; at++) if (list[at] !== items[at]) list[at] = items[at];
}

/**
 * In the order of then. What has only been added is taken out again: `clear` would leave the old
 * table behind, and that holds on to the new one, and to all that was ever in either.
 */
function restoreMap({ map, keys, values }: KeptMap): void {
  if (map.size === 0 && keys.length === 0) return;
  let at = 0;
  for (const [key, value] of map) {
    if (at < keys.length) {
      if (keys[at] !== key) break;
      if (values[at] !== value) map.set(key, values[at]);
      at++;
    } else map.delete(key);
  }
  if (at === keys.length) return;
  map.clear();
  for (let entry = 0; entry < keys.length; entry++) map.set(keys[entry], values[entry]);
}

/** As `restoreMap`. */
function restoreSet({ set, items }: KeptSet): void {
  if (set.size === 0 && items.length === 0) return;
  let at = 0;
  for (const item of set) {
    if (at < items.length) {
      if (items[at] !== item) break;
      at++;
    } else set.delete(item);
  }
  if (at === items.length) return;
  set.clear();
  for (const item of items) set.add(item);
}
