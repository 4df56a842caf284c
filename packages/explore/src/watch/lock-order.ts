/**
 * Lock order, as lockdep sees it: which class of locks is taken inside which, over all threads of
 * a schedule. A circle can deadlock in another schedule, even if no thread waited in this one.
 *
 * That a class is not nested in itself, except at rising levels, the locks check themselves.
 */
import type { KernelEvent } from "@forkpath/events";
import type { HeldLock } from "@forkpath/sync";
import type { Doer, Monitor } from "./monitor.ts";

const NAME = "lock order";

/** Which classes were taken inside a class, and where that was first seen. */
type Inner = Map<string, string>;

/** Tells of classes of locks that are nested both ways round. */
export function lockOrder(): Monitor {
  const order = new Map<string, Inner>();
  return {
    name: NAME,
    see(event: KernelEvent, { held, name }: Doer) {
      const taken = held.at(-1);
      if (event.kind !== "lock" || taken === undefined) return;
      for (const outer of held.slice(0, -1)) {
        const inner = order.get(classOf(outer)) ?? new Map<string, string>();
        order.set(classOf(outer), inner);
        const seen = `${taken.where} of ${name}`;
        if (!inner.has(classOf(taken))) inner.set(classOf(taken), seen);
      }
    },
    findings: () => findCircles(order).map((message) => ({ monitor: NAME, message })),
  };
}

/** A class at each of its nesting levels is a class of its own. */
const classOf = ({ lockClass, subclass }: HeldLock): string =>
  subclass === 0 ? lockClass : `${lockClass}/${subclass}`;

/** One line for each circle, from its first class in the alphabet on. */
function findCircles(order: ReadonlyMap<string, Inner>): string[] {
  const circles: string[] = [];
  const visit = (path: readonly string[]): void => {
    const [start] = path;
    for (const next of order.get(path[path.length - 1])?.keys() ?? []) {
      if (next === start) circles.push(describe(order, path));
      else if (next > start && !path.includes(next)) visit([...path, next]);
    }
  };
  for (const start of [...order.keys()].sort()) visit([start]);
  return circles;
}

function describe(order: ReadonlyMap<string, Inner>, path: readonly string[]): string {
  const edges = path.map((outer, index) => {
    const inner = path[(index + 1) % path.length];
    return `${inner} inside ${outer} (${order.get(outer)?.get(inner)})`;
  });
  return edges.join(", ");
}
