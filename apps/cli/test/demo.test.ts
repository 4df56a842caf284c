/** The demo tells the truth, fits 100 columns, and says the same with and without colours. */
import { stripVTControlCharacters } from "node:util";
import { pictureFork } from "@forkpath/picture";
import { expect, test } from "vitest";
import { runDemo } from "../src/demo/run-demo.ts";
import { tellStory } from "../src/demo/story.ts";
import { colorsFor } from "../src/terminal.ts";
import { forkpath } from "./session.ts";

const plain = runDemo(colorsFor({}, {}));
/** The lines of one section, without its title. */
const section = (title: string): string[] => {
  const first = plain.indexOf(title) + 1;
  const next = plain.indexOf("", first);
  return plain.slice(first, next < 0 ? undefined : next);
};

test("no line is wider than 100 columns, or ends in a blank", () => {
  expect(plain.filter((line) => line.length > 100 || line.endsWith(" "))).toEqual([]);
});

test("colours change nothing but the colours", () => {
  const coloured = runDemo(colorsFor({ isTTY: true }, {}));
  expect(coloured).not.toEqual(plain);
  expect(coloured.map((line) => stripVTControlCharacters(line).trimEnd())).toEqual(plain);
});

test("the command prints it, twice the same", async () => {
  const session = { exitCode: 0, out: plain, err: [] };
  expect(await forkpath(["demo"])).toEqual(session);
  expect(await forkpath(["demo"])).toEqual(session);
});

test("the call tree leads from do_fork down to copy_one_pte and add_mm_rss (SPEC §6)", () => {
  const names = section("What the kernel called").map((line) => line.replaceAll(/[│├└─ ]+/g, " "));
  const path = [
    " copy_process 1",
    " copy_mm 1",
    " dup_mm 1 allocates mm, pgd",
    " dup_mmap 1 allocates 8 vma",
    " copy_page_range 8",
    " copy_pud_range 3 allocates pud",
    " copy_pmd_range 3 allocates pmd",
    " copy_pte_range 3 allocates 2 pte",
    " copy_one_pte 16 counted from the child's letters, not traced",
    " add_mm_rss 3 file +3, anon +7, swap +3",
  ];
  expect(names).toEqual(expect.arrayContaining(path));
  expect(names.filter((line) => path.includes(line))).toEqual(path);
});

test("the child holds what fork copied, the parent is as before (SPEC §5.7, §6.10)", () => {
  const status = section("/proc/PID/status").map((line) => line.split(/ +/));
  expect(status).toContainEqual(["VmRSS", "84", "84", "40"]); // 3 file and 7 anonymous pages
  expect(status).toContainEqual(["VmSwap", "12", "12", "12"]);
  const tables = section("Page tables").map((line) => line.trim().split(/ +/).slice(2));
  expect(tables).toContainEqual(["[anon]", "WWWWz-sssMMW", "rrrrz-sssmmr", "rrrrz-sssmmr"]);
  expect(tables).toContainEqual(["base", "ffWf--", "ffrf--", "ffrf--"]);
  expect(tables).toContainEqual(["base", "FfF-", "FfF-", "----"]); // shared: left to faults
});

test("what fork copied has one reference more, and so have its slots", () => {
  expect(section("Pages and swap slots of the parent")).toEqual([
    "   9  pages of files            references 2, mappings 1, unchanged",
    "   3  pages of files            references 2, mappings 1 → references 3, mappings 2",
    "   7  anonymous pages           references 1, mappings 1 → references 2, mappings 2",
    "   1  zero page                 references 1, mappings 0, unchanged",
    "   2  pages under migration     references 1, mappings 0, unchanged",
    "   3  swap slots                map 0x01 → map 0x02",
  ]);
});

test("every lock that was taken was given back", () => {
  const locks = section("Locks");
  expect(locks).toContain("   3  child's PTE locks         in copy_pte_range");
  expect(locks).toContain("   3  parent's PTE locks        in copy_pte_range");
  expect(locks.at(-1)).toBe("   0  held now");
});

test("pages that arrive after the fork leave the child's VmRSS 8 kB short (D3)", () => {
  const { kernel, parent } = tellStory();
  const { child } = pictureFork(kernel, parent);
  expect(kernel.migrateEnd()).toBe(2);
  const heap = child.areas.find(({ letters }) => letters.join("") === "rrrrz-sssmmr");
  expect(kernel.letters(child.pid, heap?.start ?? 0, 12)).toBe("r r r r z - s s s r r r");
  const present = 12; // 3 of the file, 9 anonymous; the zero page is never counted
  expect(kernel.process(child.pid).memory?.status.vmRSS).toBe(BigInt(present * 4 - 8));
});
