/** `read`, `write`, `poke`: page after page, until one cannot be done. */
import { PAGE_SIZE } from "@forkpath/abi";
import { ACCESS_ERROR, AccessCode } from "@forkpath/mm";
import type { Call } from "../call.ts";
import { OK, type Outcome } from "../outcome.ts";
import { parseRange } from "../places.ts";

type Access = (pid: number, addr: number) => number;

/** Only the first byte of each page is touched, so an access is one page. */
const touchAll =
  (name: "read" | "write"): Call =>
  ({ kernel }, { pid }, [place, pages]) => {
    const access: Access = kernel[name];
    const { addr, len } = parseRange(place, pages);
    for (let at = addr; at < addr + len; at += PAGE_SIZE) {
      const code = access(pid, at);
      if (code & ACCESS_ERROR) return signalled(code, (at - addr) / PAGE_SIZE);
    }
    return OK;
  };

const signalled = (code: number, done: number): Outcome => ({
  result: code & AccessCode.SEGV ? "SIGSEGV" : "SIGBUS",
  done,
});

export const read: Call = touchAll("read");
export const write: Call = touchAll("write");

/** A debugger writes; its faults are its own. */
export const poke: Call = ({ kernel }, { pid }, [place, pages]) => {
  const { addr, len } = parseRange(place, pages);
  for (let at = addr; at < addr + len; at += PAGE_SIZE) {
    if (kernel.poke(pid, at, PAGE_SIZE) === 1) continue;
    return { result: "EIO", done: (at - addr) / PAGE_SIZE };
  }
  return OK;
};
