/** Rights of an area, as maps of 6.x writes them (M10/1). */
import { VmFlag } from "@forkpath/abi";

/** `rw-p`. */
export const permsText = (flags: number): string =>
  [
    flags & VmFlag.READ ? "r" : "-",
    flags & VmFlag.WRITE ? "w" : "-",
    flags & VmFlag.EXEC ? "x" : "-",
    flags & VmFlag.MAYSHARE ? "s" : "p",
  ].join("");
