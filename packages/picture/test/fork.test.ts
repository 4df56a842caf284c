/** A fork seen from all sides: what the parts say of each other must agree. */
import { PAGE_SIZE } from "@forkpath/abi";
import { expect, test } from "vitest";
import { type CallNode, pictureFork } from "../src/index.ts";
import { stage } from "./stage.ts";

function find(node: CallNode, fn: string): CallNode | undefined {
  if (node.fn === fn) return node;
  for (const callee of node.callees) {
    const found = find(callee, fn);
    if (found !== undefined) return found;
  }
  return undefined;
}

const lettersAt = (areas: readonly { start: number; letters: readonly string[] }[], at: number) =>
  areas.find(({ start }) => start === at)?.letters.join("");

test("parent before, parent after, child", () => {
  const { kernel, parent, heap } = stage();
  const { before, after, child } = pictureFork(kernel, parent);
  expect(lettersAt(before.areas, heap)).toBe("WWz-sM");
  expect(lettersAt(after.areas, heap)).toBe("rrz-sm");
  expect(lettersAt(child.areas, heap)).toBe("rrz-sm");
  expect(child.pid).not.toBe(parent);
});

test("copy_one_pte is counted from the child's entries, and says so; what is traced does not", () => {
  const { kernel, parent } = stage();
  const { calls, child } = pictureFork(kernel, parent);
  const entries = child.areas.flatMap((area) => area.entries);
  expect(find(calls, "copy_one_pte")).toMatchObject({ calls: 5, countedFrom: "letters" });
  expect(entries).toHaveLength(5);
  expect(find(calls, "copy_pte_range")).toMatchObject({ countedFrom: "events" });
});

test("pages and slots are grouped by what changed alike", () => {
  const { kernel, parent } = stage();
  const { pages, slots } = pictureFork(kernel, parent);
  expect(pages).toContainEqual({
    sort: "anon",
    count: 2,
    before: { references: 1, mappings: 1 },
    after: { references: 2, mappings: 2 },
    isChanged: true,
  });
  expect(pages).toContainEqual(expect.objectContaining({ sort: "migrating", isChanged: false }));
  expect(slots).toEqual([
    { sort: "slot", count: 1, before: { map: 1 }, after: { map: 2 }, isChanged: true },
  ]);
});

test("a picture is plain data: JSON has all of it but bigints", () => {
  const { kernel, parent } = stage();
  const picture = pictureFork(kernel, parent);
  expect(structuredClone(picture)).toEqual(picture);
});

test("a fork that fails is told, and leaves the kernel without a listener", () => {
  const { kernel, parent, heap } = stage();
  kernel.failAllocation(0);
  expect(() => pictureFork(kernel, parent)).toThrow(/pictureFork: the fork of \d+ answered -1/);
  kernel.write(parent, heap, PAGE_SIZE);
  expect(kernel.machine.mm.sync.sink).toBeNull();
});
