import { pfn as toPfn } from "@forkpath/abi";
import { allocFrame } from "@forkpath/rmap";
import { recount, run, SHARED } from "@forkpath/test-world";
import { createFile, createProcess } from "@forkpath/test-world/process";
import { read, unmapAll, write } from "@forkpath/test-world/process-calls";
import { framesOf, type Process } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { invalidateMappingPages, truncateInodePages } from "../../src/index.ts";
import {
  addToPageCache,
  removeFromPageCache,
  trylockPage,
  unlockPage,
} from "../../src/internal.ts";

/** A file whose pages 0 to 3 are cached; 2 and 3 are mapped, and 3 was written to. */
function cachedFile(): { file: ReturnType<typeof createFile>; p: Process } {
  const file = createFile();
  const p = createProcess({ file, flags: SHARED });
  read(p, 0, 1);
  unmapAll(p);
  read(p, 2);
  write(p, 3);
  return { file, p };
}

describe("leaving the page cache", () => {
  test("drop_caches takes what is clean and idle", () => {
    const { file, p } = cachedFile();
    expect([...file.pages.keys()]).toEqual([0, 1, 2, 3]);
    expect(invalidateMappingPages(p.env, file)).toBe(2);
    expect([...file.pages.keys()]).toEqual([2, 3]);
    expect(recount(p)).toEqual([]);
  });

  test("a page that is written to stays, even if nobody maps it; so does a locked one", () => {
    const { file, p } = cachedFile();
    const [, written] = framesOf(p);
    unmapAll(p);
    const locked = toPfn(file.pages.get(0) ?? -1);
    trylockPage(p.env, locked);
    expect(invalidateMappingPages(p.env, file)).toBe(2);
    expect([...file.pages.values()]).toEqual([locked, written]);
    unlockPage(p.env, locked);
    expect(invalidateMappingPages(p.env, file)).toBe(1);
    expect(recount(p)).toEqual([]);
  });

  test("truncation takes every page from there on, and frees what nobody maps", () => {
    const { file, p } = cachedFile();
    const [mapped] = framesOf(p);
    run(truncateInodePages(p.env, file, 1));
    expect([...file.pages.keys()]).toEqual([0]);
    expect([p.env.map.count[mapped], p.env.map.mapcount[mapped]]).toEqual([1, 1]);
    unmapAll(p);
    expect(recount(p)).toEqual([]);
  });
});

test("a place in the cache is taken once, and emptied once", () => {
  const { file, p } = cachedFile();
  const page = allocFrame(p.env.map);
  expect(() => addToPageCache(p.env, file, 0, page)).toThrow("page 0 of /data is cached already");
  expect(() => removeFromPageCache(p.env, file, 7)).toThrow("page 7 of /data is not cached");
});
