/**
 * Which of several things a set of keys stands for, where the name of one may be a key of another.
 */
import * as z from "zod/mini";

/**
 * The keys that a schema takes, whatever is made of them afterwards; none for what is no object.
 */
export function keysOf(schema: z.ZodMiniType): readonly string[] {
  if (schema instanceof z.ZodMiniObject) return Object.keys(schema.shape);
  return schema instanceof z.ZodMiniPipe ? keysOf(schema._zod.def.in as z.ZodMiniType) : [];
}

type Keys = Readonly<Record<string, unknown>>;

/** Those keys that things of all kinds have, and a thing's own. */
export function splitKeys(
  keys: Keys,
  isShared: (key: string) => boolean,
): { readonly shared: Keys; readonly own: Keys } {
  const shared: [string, unknown][] = [];
  const own: [string, unknown][] = [];
  for (const entry of Object.entries(keys)) (isShared(entry[0]) ? shared : own).push(entry);
  return { shared: Object.fromEntries(shared), own: Object.fromEntries(own) };
}

/**
 * The thing that has its name among the keys, and takes the names of all others that are there:
 * `mmap` takes `read`, `read` takes no `mmap`. Where there is none such, the first in the text.
 * @param things by name
 */
export function meantBy<Thing extends { readonly keys: readonly string[] }>(
  given: object,
  things: ReadonlyMap<string, Thing>,
): Thing | undefined {
  const names = Object.keys(given).filter((key) => things.has(key));
  const takesAll = (name: string): boolean =>
    names.every((other) => things.get(name)?.keys.includes(other));
  const meant = names.length > 1 ? names.find(takesAll) : undefined;
  return things.get(meant ?? names[0]);
}
