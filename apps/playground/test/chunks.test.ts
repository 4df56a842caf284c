/** What the page knows of a machine: words, pages, and what is sent of them. */
import { readFileSync } from "node:fs";
import { PAGE_SIZE } from "@forkpath/abi";
import { describe, expect, test } from "vitest";
import { Chunks, lookAtPage, sharersOf } from "../src/chunks/hold.ts";
import { areaWords, sizeText } from "../src/chunks/words.ts";
import { openStory } from "../src/worker/open.ts";
import type { MachineState } from "../src/worker/protocol.ts";
import { examples } from "./files.ts";

const exampleText = (name: string): string => examples.find((one) => one.name === name)!.text;

test("what has not changed is sent once", () => {
  const { opened } = openStory(exampleText("first-fork"), "first-fork.yaml", null);
  if (opened.kind !== "run") throw new Error("it does not run");
  const sent = opened.chunks.ids;
  const named = opened.run.states.flatMap(({ spaces }) => spaces.flatMap(({ chunks }) => chunks));
  expect(new Set(named)).toEqual(new Set(sent));
  expect([sent.length, new Set(sent).size, named.length]).toEqual([26, 26, 60]);
});

describe("one fork, every kind of page", () => {
  const { opened } = openStory(exampleText("first-fork"), "first-fork.yaml", null);
  if (opened.kind !== "run") throw new Error("it does not run");
  const held = new Chunks();
  held.add(opened.chunks, opened.looks);
  const [, , atFork] = opened.run.states as MachineState[];
  const [server, child] = atFork.spaces;

  test("a map in words", () => {
    expect(server.areas.map(({ words }) => areaWords(words))).toEqual([
      "3 f, 3 f shared, 10 without a page",
      "3 r shared, 3 f shared, 2 without a page",
      "7 F, 9 without a page",
      "30 r shared, 8 s, 2 m, 8 without a page",
      "3 r shared, 3 z, 10 without a page",
      "2 r shared, 15 without a page",
    ]);
  });

  test("a page knows its frame, its bits, and who else maps it", () => {
    const heap = server.areas[3];
    const look = lookAtPage(held, server, heap.start + 20 * PAGE_SIZE);
    expect(look).toMatchObject({ letter: "r", mapcount: 2, count: 2 });
    expect(look.bits).toContain("PRESENT");
    expect(look.bits).not.toContain("RW");
    expect(sharersOf(held, atFork, look).map(({ mm, addr }) => [mm, addr])).toEqual([
      [server.mm, heap.start + 20 * PAGE_SIZE],
      [child.mm, heap.start + 20 * PAGE_SIZE],
    ]);
  });

  test("a swapped page knows who else has its slot", () => {
    const heap = server.areas[3];
    const look = lookAtPage(held, child, heap.start);
    expect(look.letter).toBe("s");
    expect(sharersOf(held, atFork, look).map(({ mm }) => mm)).toEqual([server.mm, child.mm]);
  });
});

test("sizes are told in kB, large ones in MB, with their sign", () => {
  expect([224, -4, 10_239, 65_536, 4 * 1024 * 1024].map(sizeText)).toEqual([
    "224 kB",
    "-4 kB",
    "10,239 kB",
    "64.0 MB",
    "4.00 GB",
  ]);
});

test("only the worker imports packages of the kernel; the page imports their types", () => {
  const sources = import.meta.glob("../src/**/*.{ts,tsx}", {
    query: "?raw",
    import: "default",
    eager: true,
  });
  const strange = Object.entries(sources as Record<string, string>).filter(
    ([path, source]) =>
      !path.includes("/worker/") &&
      !path.includes("/chunks/encode") &&
      /^import (?!type )[^;]*"@forkpath\/(?!abi")[a-z-]+"/m.test(source),
  );
  expect(strange.map(([path]) => path)).toEqual([]);
  expect(readFileSync(new URL("../src/worker/open.ts", import.meta.url), "utf8")).toContain(
    "@forkpath",
  );
});
