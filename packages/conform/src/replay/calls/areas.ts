/**
 * Calls that change areas: `munmap`, `mprotect`, `madvise`, `mremap`, `mlock`, `munlock`, `brk`.
 */
import { Madvise, Mlock, Mremap, PAGE_SIZE } from "@forkpath/abi";
import type { Call } from "../call.ts";
import { NotModelled, OK, outcomeOf } from "../outcome.ts";
import { parsePlace, parseRange } from "../places.ts";
import { mmOf } from "../world.ts";
import { parseProt } from "./mmap.ts";

export const munmap: Call = ({ kernel }, { pid }, [place, pages]) => {
  const { addr, len } = parseRange(place, pages);
  return outcomeOf(kernel.munmap(pid, addr, len));
};

export const mprotect: Call = ({ kernel }, { pid }, [place, pages, prot]) => {
  const { addr, len } = parseRange(place, pages);
  return outcomeOf(kernel.mprotect(pid, addr, len, parseProt(prot)));
};

export const madvise: Call = ({ kernel }, { pid }, [place, pages, advice]) => {
  const { addr, len } = parseRange(place, pages);
  const number = namedValue(Madvise, advice);
  if (number === undefined) throw new NotModelled(`madvise ${advice}`);
  return outcomeOf(kernel.madvise(pid, addr, len, number));
};

export const mremap: Call = ({ kernel }, { pid }, [place, pages, size, ...options]) => {
  const { addr, len } = parseRange(place, pages);
  const to = options.find((word) => word.startsWith("to="))?.slice(3);
  let flags = to === undefined ? 0 : Mremap.MAYMOVE | Mremap.FIXED;
  if (options.includes("dontunmap")) {
    const dontunmap = namedValue(Mremap, "dontunmap");
    if (dontunmap === undefined) throw new NotModelled("mremap dontunmap");
    flags |= dontunmap;
  }
  const request = { addr, oldLen: len, newLen: Number(size) * PAGE_SIZE, flags };
  const newAddr = to === undefined ? {} : { newAddr: parsePlace(to) };
  return outcomeOf(kernel.mremap(pid, { ...request, ...newAddr }));
};

export const mlock: Call = ({ kernel }, { pid }, [place, pages, how]) => {
  const { addr, len } = parseRange(place, pages);
  if (how === "onfault") return outcomeOf(kernel.mlock2(pid, addr, len, Mlock.ONFAULT));
  return outcomeOf(kernel.mlock(pid, addr, len));
};

export const munlock: Call = ({ kernel }, { pid }, [place, pages]) => {
  const { addr, len } = parseRange(place, pages);
  return outcomeOf(kernel.munlock(pid, addr, len));
};

/** The heap becomes that many pages long. */
export const brk: Call = ({ kernel }, { pid }, [pages]) => {
  const wanted = mmOf(kernel, pid).layout.startBrk + Number(pages) * PAGE_SIZE;
  return kernel.brk(pid, wanted) === wanted ? OK : { result: "ENOMEM" };
};

/** By the name in lower case; undefined where the model does not know it yet. */
const namedValue = (table: Readonly<Record<string, number>>, name: string): number | undefined =>
  table[name.toUpperCase()];
