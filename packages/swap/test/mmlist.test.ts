/** SPEC §3.8, D7: the ring of mms that swapoff searches. */
import { attachSink, EventClass } from "@forkpath/events";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkSwap,
  createMmListNode,
  isOnMmlist,
  type MmListNode,
  mmlistAddAfter,
  mmlistFrom,
  mmlistRemove,
} from "../src/index.ts";
import { drainMmlist } from "../src/internal.ts";
import { draw, takeEvents, type World } from "./world.ts";

const node = (name: string): MmListNode => createMmListNode({}, name);

/** The ring behind `start`, as one reads it: `init_mm > parent > child`. */
const ring = (start: MmListNode): string =>
  [start, ...mmlistFrom(start)].map(({ name }) => name).join(" > ");

const add = ({ sync, swap }: World, who: MmListNode, after: MmListNode): void =>
  mmlistAddAfter(sync, swap, who, after, "copy_one_pte");

describe("the ring of mms (SPEC §3.8)", () => {
  test("swap-out adds behind the anchor, fork behind the parent", () => {
    const world = draw();
    const { initMm } = world.swap;
    const [early, parent, child] = [node("early"), node("parent"), node("child")];
    add(world, early, initMm);
    add(world, parent, initMm);
    expect(ring(initMm)).toBe("init_mm > parent > early");
    add(world, child, parent);
    expect(ring(initMm)).toBe("init_mm > parent > child > early");
    expect(checkSwap(world.swap)).toEqual([]);
  });

  test("adding takes the lock, looks again, and says so only if it was needed", () => {
    const world = draw();
    const parent = node("parent");
    add(world, parent, world.swap.initMm);
    expect(takeEvents(world)).toEqual(["lock mmlist", "mmlist_add parent", "unlock mmlist"]);
    add(world, parent, world.swap.initMm); // somebody was faster
    expect(takeEvents(world)).toEqual(["lock mmlist", "unlock mmlist"]);
    expect(ring(world.swap.initMm)).toBe("init_mm > parent");
  });

  test("the last mmput takes an mm off, with the lock only if it was on", () => {
    const world = draw();
    const { sync, swap } = world;
    const [parent, child] = [node("parent"), node("child")];
    add(world, parent, swap.initMm);
    add(world, child, parent);
    takeEvents(world);
    mmlistRemove(sync, swap, parent);
    mmlistRemove(sync, swap, node("other"));
    expect(ring(swap.initMm)).toBe("init_mm > child");
    expect(isOnMmlist(parent)).toBe(false);
    expect(takeEvents(world)).toEqual(["lock mmlist", "unlock mmlist"]);
  });
});

describe("a detached ring (D7)", () => {
  //  before   init_mm              parent (off the ring, a migration entry in its table)
  //  fork     init_mm              parent > child
  //  later    init_mm              parent > child     a real swap entry adds nobody: not empty
  test("fork of a parent that is off the ring makes a ring that swapoff never meets", () => {
    const world = draw();
    const { initMm } = world.swap;
    const [parent, child] = [node("parent"), node("child")];
    add(world, child, parent);
    expect(ring(parent)).toBe("parent > child");
    expect([parent, child].map(isOnMmlist)).toEqual([true, true]);
    expect(mmlistFrom(initMm)).toEqual([]);
    expect(mmlistFrom(parent)).not.toContain(initMm);
  });

  test("draining reaches the anchor's ring only", () => {
    const world = draw();
    const { sync, swap } = world;
    const [found, parent, child] = [node("found"), node("parent"), node("child")];
    add(world, found, swap.initMm);
    add(world, child, parent);
    drainMmlist(sync, swap);
    expect([swap.initMm, found, parent].map(ring)).toEqual(["init_mm", "found", "parent > child"]);
  });

  test("nothing is drained while any slot is in use", () => {
    const world = draw("0x01");
    add(world, node("parent"), world.swap.initMm);
    drainMmlist(world.sync, world.swap);
    expect(ring(world.swap.initMm)).toBe("init_mm > parent");
  });
});

describe("any history of rings, against arrays", () => {
  const NAMES = ["init_mm", "a", "b", "c", "d", "e"];
  const who = fc.integer({ min: 1, max: NAMES.length - 1 });
  const anyStep = fc.oneof(
    { weight: 4, arbitrary: fc.record({ op: fc.constant("add"), who, after: fc.nat(5) }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant("remove"), who, after: fc.constant(0) }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant("drain"), who, after: fc.constant(0) }) },
  );
  type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

  /** Rings as arrays, read from any of their members on. */
  const ringOf = (rings: number[][], one: number): number[] =>
    rings.find((members) => members.includes(one)) ?? [];

  function change(rings: number[][], { op, who: one, after }: Step): number[][] {
    const alone = (members: readonly number[]): number[][] => members.map((member) => [member]);
    const own = ringOf(rings, one);
    if (op === "drain") {
      const anchors = ringOf(rings, 0);
      return [...rings.filter((members) => members !== anchors), ...alone(anchors)];
    }
    if (op === "remove") {
      const left = own.filter((member) => member !== one);
      return [...rings.filter((members) => members !== own), [one], left].filter(
        ({ length }) => length,
      );
    }
    if (own.length > 1 || one === after) return rings;
    const target = ringOf(rings, after);
    const joined = target.flatMap((member) => (member === after ? [member, one] : [member]));
    return [...rings.filter((members) => members !== own && members !== target), joined];
  }

  test("each node sees the ring that the arrays have, from itself on", () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
        const world = draw();
        const { sync, swap } = world;
        const nodes = [swap.initMm, ...NAMES.slice(1).map(node)];
        let rings = nodes.map((_, index) => [index]);
        for (const step of steps) {
          rings = change(rings, step);
          if (step.op === "drain") drainMmlist(sync, swap);
          else if (step.op === "remove") mmlistRemove(sync, swap, nodes[step.who]);
          else if (step.who !== step.after) add(world, nodes[step.who], nodes[step.after]);
          const wanted = nodes.map((_, index) => {
            const members = ringOf(rings, index);
            const at = members.indexOf(index);
            const turned = [...members.slice(at), ...members.slice(0, at)];
            return turned.map((member) => NAMES[member]).join(" > ");
          });
          expect(nodes.map(ring)).toEqual(wanted);
          expect(nodes.map(isOnMmlist)).toEqual(wanted.map((names) => names.includes(">")));
          expect(checkSwap(swap)).toEqual([]);
        }
      }),
      { seed: 38, numRuns: 200 },
    );
  });
});

test("a listener that does not want to hear of mms hears of none", () => {
  const world = draw();
  attachSink(world.sync, {
    wants: EventClass.PAGE,
    emit: (event) => world.events.push(event.kind),
  });
  add(world, node("early"), world.swap.initMm);
  expect(world.events).toEqual([]);
});
