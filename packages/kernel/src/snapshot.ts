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

export interface Snapshot {
  /** Puts everything back. */
  restore(): void;
}

/** A typed array, whatever its elements. */
interface Column extends ArrayBufferView {
  set(from: Column): void;
  slice(): Column;
}

type Fields = Record<PropertyKey, unknown>;

/** The fields of an object that can be written, and all values that it had. */
interface KeptObject {
  readonly object: Fields;
  readonly names: readonly string[];
  readonly values: readonly unknown[];
  readonly all: readonly unknown[];
}

/**
 * Everything that can be reached from `root`, as it is now; null where a generator is part of it.
 * @modelOnly a real machine has no way back
 */
export function takeSnapshot(root: object): Snapshot | null {
  const kept = new Kept();
  return kept.keepAll(root) ? kept : null;
}

/** By sort, so that each loop of `restore` sees one sort only. */
class Kept implements Snapshot {
  private readonly columns: [column: Column, cells: Column][] = [];
  private readonly lists: [list: unknown[], items: unknown[]][] = [];
  private readonly maps: [map: Map<unknown, unknown>, entries: [unknown, unknown][]][] = [];
  private readonly sets: [set: Set<unknown>, items: unknown[]][] = [];
  private readonly objects: KeptObject[] = [];

  /** False where a generator is part of it. */
  keepAll(root: object): boolean {
    const seen = new Set<object>();
    const left: unknown[] = [root];
    while (left.length > 0) {
      const one = left.pop();
      if (typeof one !== "object" || one === null || seen.has(one)) continue;
      if (Object.prototype.toString.call(one) === "[object Generator]") return false;
      seen.add(one);
      for (const part of this.keep(one)) left.push(part);
    }
    return true;
  }

  restore(): void {
    for (const [column, cells] of this.columns) column.set(cells);
    for (const [list, items] of this.lists) restoreList(list, items);
    for (const [map, entries] of this.maps) restoreMap(map, entries);
    for (const [set, items] of this.sets) restoreSet(set, items);
    for (const kept of this.objects) restoreFields(kept);
  }

  /** @returns what `one` holds */
  private keep(one: object): readonly unknown[] {
    if (ArrayBuffer.isView(one)) {
      this.columns.push([one as Column, (one as Column).slice()]);
      return [];
    }
    if (Array.isArray(one)) {
      this.lists.push([one, [...one]]);
      return one;
    }
    if (one instanceof Map) {
      const entries = [...one];
      this.maps.push([one, entries]);
      return entries.flat();
    }
    if (one instanceof Set) {
      const items = [...one];
      this.sets.push([one, items]);
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

function restoreList(list: unknown[], items: readonly unknown[]): void {
  if (list.length !== items.length) list.length = items.length;
  for (let at = 0; at < items.length; at++) if (list[at] !== items[at]) list[at] = items[at];
}

/**
 * In the order of then. What has only been added is taken out again: `clear` would leave the old
 * table behind, and that holds on to the new one, and to all that was ever in either.
 */
function restoreMap(map: Map<unknown, unknown>, entries: readonly [unknown, unknown][]): void {
  let at = 0;
  for (const [key, value] of map) {
    if (at < entries.length) {
      if (entries[at][0] !== key) break;
      if (entries[at++][1] !== value) map.set(key, entries[at - 1][1]);
    } else map.delete(key);
  }
  if (at === entries.length) return;
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}

/** As `restoreMap`. */
function restoreSet(set: Set<unknown>, items: readonly unknown[]): void {
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

function restoreFields({ object, names, values, all }: KeptObject): void {
  if (hasValues(object, all)) return;
  for (let at = 0; at < names.length; at++) {
    if (object[names[at]] !== values[at]) object[names[at]] = values[at];
  }
  if (Object.keys(object).length === all.length) return;
  for (const name of Object.keys(object)) {
    if (Object.getOwnPropertyDescriptor(object, name)?.get === undefined && !names.includes(name)) {
      delete object[name];
    }
  }
}

/** Most objects have not changed. One call for all values is quicker than one for each name. */
function hasValues(object: Fields, values: readonly unknown[]): boolean {
  const now = Object.values(object);
  if (now.length !== values.length) return false;
  for (let at = 0; at < now.length; at++) if (now[at] !== values[at]) return false;
  return true;
}
