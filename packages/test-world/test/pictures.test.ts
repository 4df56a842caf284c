/** Pictures are drawn as they are shown, and the worlds that draw them can be recounted. */
import { describe, expect, test } from "vitest";
import { mapPicture, process, processOn, recount, showPictures, showRss } from "../src/index.ts";

describe("a process as it is drawn", () => {
  test.each([
    { drawn: ["[W - z]"], shown: "[W - z]", rss: "(0,1,0)" },
    { drawn: ["[W r]"], shown: "[W z]", rss: "(0,1,0)" }, // what is only read is the zero page
    { drawn: ["[s W]"], shown: "[s W]", rss: "(0,1,1)" },
    { drawn: ["[F f -]"], shown: "[W f -]", rss: "(1,1,0)" }, // of a private file, a copy
    { drawn: ["[W]", "[z z]"], shown: "[z z] [W]", rss: "(0,1,0)" },
  ])("$drawn is $shown", ({ drawn, shown, rss }) => {
    const p = process(...drawn);
    expect([showPictures(p), showRss(p.mm)]).toEqual([shown, rss]);
    expect(recount(p)).toEqual([]);
  });

  test("a shared page of a file is F while it can be written", () => {
    const p = processOn({ splitPtlocks: false });
    mapPicture(p, "[F -]", { isShared: true });
    expect(showPictures(p)).toBe("[F -]");
    expect(recount(p)).toEqual([]);
  });

  test("what no access makes cannot be drawn", () => {
    expect(() => process("[W M]")).toThrow(new RangeError("mapPicture: no way to draw M"));
  });
});

test("a recount finds a counter, a slot and a file that are wrong", () => {
  const p = process("[W s]", "[f]");
  const [file] = p.env.files.values();
  file.count++;
  p.env.swap.areas[0].swapMap[1] = 2;
  p.mm.usage.totalVm++;
  const wrong = recount(p).map(({ owner, field }) => `${owner} ${field}`);
  expect(wrong).toEqual(["P total_vm", "slot 0:1 count", "/data f_count"]);
});
