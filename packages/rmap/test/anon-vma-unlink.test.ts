/** SPEC §4.5, unlink_anon_vmas: what goes with the last vma, and what has to stay. */
import { InvariantError, runToCompletion } from "@forkpath/sync";
import { expect, test } from "vitest";
import { checkAnonVmas, getAnonVma, putAnonVma, unlinkAnonVmas } from "../src/index.ts";
import { check, createFamily, draw, fork, map, unmap, vmaOf, write } from "./family.ts";

test("a dead parent's anon_vma stays for as long as a child is linked to it", () => {
  const family = createFamily();
  write(family, "P");
  fork(family, "P", "C");
  unmap(family, "P");
  expect(draw(family)).toEqual({
    vmas: { C: "A B*" },
    anonVmas: { A: "C | degree 2", B: "C | degree 1" },
  });
  unmap(family, "C");
  expect(draw(family)).toEqual({ vmas: {}, anonVmas: {} });
});

test("a child takes only its own anon_vma with it, and the list keeps its order", () => {
  const family = createFamily();
  write(family, "P");
  for (const child of ["C", "D", "E"]) fork(family, "P", child);
  unmap(family, "D");
  expect(draw(family)).toEqual({
    vmas: { P: "A*", C: "A B*", E: "A D*" },
    anonVmas: { A: "P C E | degree 4", B: "C | degree 1", D: "E | degree 1" },
  });
  expect(vmaOf(family, "P").anonVma?.refcount).toBe(2);
});

test("a vma without links is left alone", () => {
  const family = createFamily();
  map(family, "P");
  unmap(family, "P");
  expect(draw(family)).toEqual({ vmas: {}, anonVmas: {} });
});

test("an anon_vma that KSM holds outlives its vmas, and its root outlives it", () => {
  const family = createFamily();
  const { sync, anonVmas } = family;
  write(family, "P");
  fork(family, "P", "C");
  const held = vmaOf(family, "C").anonVma!;
  getAnonVma(held);
  unmap(family, "C");
  unmap(family, "P");
  expect(draw(family).anonVmas).toEqual({ A: " | degree 0", B: " | degree 0" });
  expect(checkAnonVmas(anonVmas, [], new Map([[held, 1]]))).toEqual([]);

  runToCompletion(putAnonVma(sync, anonVmas, held));
  expect(draw(family).anonVmas).toEqual({});
});

test("letting go of an anon_vma that vmas still need changes nothing else", () => {
  const family = createFamily();
  const { sync, anonVmas } = family;
  const owner = write(family, "P").anonVma!;
  const before = draw(family);
  getAnonVma(owner);
  getAnonVma(owner);
  runToCompletion(putAnonVma(sync, anonVmas, owner));
  runToCompletion(putAnonVma(sync, anonVmas, owner));
  expect(draw(family)).toEqual(before);
  expect(check(family)).toEqual([]);
  expect(() => runToCompletion(putAnonVma(sync, anonVmas, owner))).toThrow("anon-vma-not-held");
});

test("an anon_vma left empty while something counts on it is a broken rule: BUG_ON", () => {
  const family = createFamily();
  const vma = write(family, "P");
  vma.anonVma!.degree++;
  expect(() => runToCompletion(unlinkAnonVmas(family.sync, family.anonVmas, vma))).toThrow(
    new InvariantError("anon-vma-degree", "unlink_anon_vmas leaves anon_vma1 empty with degree 1"),
  );
});
