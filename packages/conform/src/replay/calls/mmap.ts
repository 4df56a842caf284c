/** `mmap Rk KIND N PROT [at=M] [file=F] [offset=M] [populate] [noreserve] [locked] [growsdown]`. */
import { MapFlag, PAGE_SIZE, Prot } from "@forkpath/abi";
import type { Call } from "../call.ts";
import { NotModelled, outcomeOf } from "../outcome.ts";
import { parsePlace } from "../places.ts";

const KINDS: Readonly<Record<string, number>> = {
  anon: MapFlag.PRIVATE | MapFlag.ANONYMOUS,
  shmem: MapFlag.SHARED | MapFlag.ANONYMOUS,
  file: MapFlag.PRIVATE,
  "shared-file": MapFlag.SHARED,
};

const FLAGS: Readonly<Record<string, number>> = {
  populate: MapFlag.POPULATE,
  noreserve: MapFlag.NORESERVE,
  locked: MapFlag.LOCKED,
  growsdown: MapFlag.GROWSDOWN,
};

const PROTS: Readonly<Record<string, number>> = {
  none: Prot.NONE,
  r: Prot.READ,
  rw: Prot.READ | Prot.WRITE,
};

/** @throws RangeError for a word that is none of none, r, rw */
export function parseProt(word: string): number {
  const prot = PROTS[word];
  if (prot === undefined) throw new RangeError(`no protection is called ${word}`);
  return prot;
}

export const mmap: Call = ({ kernel, files }, { pid }, [place, kind, pages, prot, ...options]) => {
  if (KINDS[kind] === undefined) throw new NotModelled(`mmap of kind ${kind}`);
  const value = (key: string): string | undefined =>
    options.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
  const addr = parsePlace(place) + Number(value("at") ?? 0) * PAGE_SIZE;
  const len = Number(pages) * PAGE_SIZE;
  let flags = KINDS[kind] | MapFlag.FIXED_NOREPLACE;
  for (const word of options) flags |= FLAGS[word] ?? 0;
  const name = value("file");
  const open = name === undefined ? undefined : files.get(name)?.open;
  if (name !== undefined && open === undefined) throw new RangeError(`no file is called ${name}`);
  const pgoff = Number(value("offset") ?? 0);
  const request = { addr, len, prot: parseProt(prot), flags };
  return outcomeOf(kernel.mmap(pid, open ? { ...request, open, pgoff } : request));
};
