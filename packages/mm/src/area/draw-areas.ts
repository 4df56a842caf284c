/**
 * Areas as a picture, a letter for each page:
 *
 *    [www][rr]..[WW]     two anonymous areas that touch, two pages free, an area of a file
 *
 *    w  writable    x  executable, not writable    r  read-only    n  no access
 *    capitals: the area has a file, shared anonymous memory too
 */
import { PAGE_SIZE, VmFlag } from "@forkpath/abi";
import type { MmStruct, Vma } from "../types.ts";

/**
 * The areas of `mm` that lie above the byte address `from`, up to the last one.
 * @modelOnly a picture
 */
export function drawAreas({ vmas }: MmStruct, from: number): string {
  let picture = "";
  let next = from;
  for (const vma of vmas) {
    if (vma.end <= from) continue;
    picture += ".".repeat((vma.start - next) / PAGE_SIZE);
    picture += `[${areaLetter(vma).repeat((vma.end - vma.start) / PAGE_SIZE)}]`;
    next = vma.end;
  }
  return picture;
}

function areaLetter({ flags, file }: Vma): string {
  const letter =
    flags & VmFlag.WRITE ? "w" : flags & VmFlag.EXEC ? "x" : flags & VmFlag.READ ? "r" : "n";
  return file === null ? letter : letter.toUpperCase();
}
