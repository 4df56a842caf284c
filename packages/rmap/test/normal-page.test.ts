/** SPEC §4.6 against the recorded answers of the release. */
import { VmFlag } from "@forkpath/abi";
import { loadSwapEncoding } from "@forkpath/conformance";
import { expect, test } from "vitest";
import { createMemMap, NormalPage, vmNormalPage } from "../src/index.ts";

const SPECIAL = 0x200;
const PRESENT = 0x1;
const map = createMemMap({ pages: 0x1000, zeroPfn: 0x10, highestMemmapPfn: 0x7ff });
const frames = { zero: 0x10, ordinary: 0x20, highest: 0x7ff, "above-highest": 0x800 };

test("all 32 combinations of special bit, frame and vma answer as the kernel did", () => {
  const rows = loadSwapEncoding().vmNormalPage;
  expect(rows.length).toBe(32);
  for (const row of rows) {
    const flags = (row.pfnmap ? VmFlag.PFNMAP : 0) | (row.mixedmap ? VmFlag.MIXEDMAP : 0);
    const low = PRESENT | (row.special ? SPECIAL : 0);
    const answer = vmNormalPage(map, flags, low, frames[row.pfn]);
    const said = { page: answer === NormalPage.NORMAL, badPte: answer === NormalPage.BAD };
    expect({ ...row, ...said }).toEqual(row);
  }
});

test("the special bit decides, not the frame: an unmarked zero page is an ordinary page", () => {
  expect(vmNormalPage(map, 0, PRESENT, map.zeroPfn)).toBe(NormalPage.NORMAL);
  expect(vmNormalPage(map, 0, PRESENT | SPECIAL, map.zeroPfn)).toBe(NormalPage.NULL);
});
