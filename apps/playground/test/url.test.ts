/** Links: what is printed is read again, and links of every version go on working. */
import { describe, expect, test } from "vitest";
import { deflate, inflate } from "../src/url/compress.ts";
import { CURRENT_VERSION, readLink, UPGRADERS } from "../src/url/upgrade.ts";
import { parseLink, printLink } from "../src/url/v1.ts";
import { examples } from "./files.ts";

/** Links that were made once. They may never break. */
const LINKS = [
  "#v1/history/first-fork?step=2",
  "#v1/history/redis-snapshot?step=3&at=8354&pair=redis,snapshot&page=redis,heap,23&tab=calls",
  "#v1/history/first-fork?step=2&kernel=v6.18&against=el6",
  "#v1/history/~q1YqSy0qzszPU7IyBAA?step=3",
  "#v1/race/d01-exec-arguments+everywhere@v1:a85b14?row=9&t=5f3a91c2",
  "#v1/race/~q1YqSy0qzszPU7IyBAA+cured@v1:a85b14?row=9",
  "#v1/race/two-forks",
  "#v1/process",
  "#v1/history/first-fork?step=2&embed=1&theme=dark",
  "#v1/history/first-fork?step=1&of-a-later-page=7",
];

test.each(LINKS)("%s is read, and printed as it was", (hash) => {
  const read = readLink(hash);
  expect(read.kind).toBe("link");
  if (read.kind === "link") expect(printLink(read.link)).toBe(hash);
});

test("a link says what it says", () => {
  expect(parseLink(LINKS[4])).toEqual({
    view: "race",
    source: "d01-exec-arguments+everywhere",
    schedule: "v1:a85b14",
    params: new Map([
      ["row", "9"],
      ["t", "5f3a91c2"],
    ]),
  });
  expect(parseLink("#v1/history/first-fork&embed=1")?.params.get("embed")).toBe("1");
});

describe("what is no link", () => {
  test.each(["#v99/history/x", "#hello", "#v1/nowhere/x", "#v1/history/%E0%A4%A"])("%s", (hash) => {
    expect(readLink(hash).kind).toBe("unknown");
  });
  test("none at all", () => expect(readLink("").kind).toBe("none"));
});

test("there is an upgrader from every version but the current one", () => {
  const versions = Array.from({ length: CURRENT_VERSION - 1 }, (_, index) => index + 1);
  expect([...UPGRADERS.keys()]).toEqual(versions);
});

test.each(examples)("$name fits into a link, and comes out as it was", async ({ text }) => {
  const data = await deflate(text);
  expect(data).toMatch(/^[\w-]+$/);
  expect(data.length).toBeLessThan(2000);
  expect(await inflate(data)).toBe(text);
});
