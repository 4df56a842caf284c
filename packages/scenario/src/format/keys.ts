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
  const entries = Object.entries(keys);
  return {
    shared: Object.fromEntries(entries.filter(([key]) => isShared(key))),
    own: Object.fromEntries(entries.filter(([key]) => !isShared(key))),
  };
}

/**
 * The thing that has its name among the keys, and takes the names of all others that are there:
 * `mmap` takes `read`, `read` takes no `mmap`. Where there is none such, the first in the text.
 */
export function meantBy<Thing extends { readonly keys: readonly string[] }>(
  given: object,
  things: readonly Thing[],
  nameOf: (thing: Thing) => string,
): Thing | undefined {
  const named = Object.keys(given).flatMap(
    (key) => things.find((thing) => nameOf(thing) === key) ?? [],
  );
  return named.find(({ keys }) => named.every((other) => keys.includes(nameOf(other)))) ?? named[0];
}
