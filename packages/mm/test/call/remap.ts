/** remap_file_pages on shared memory of P, for the tests of both its kinds. */
import { MapFlag, PAGE_SIZE, VmFlag } from "@forkpath/abi";
import { run, SHARED } from "@forkpath/test-world";
import { createFamily, type FamilyOptions } from "@forkpath/test-world/family";
import { addressOf, type Family, frameOf, mmOf } from "@forkpath/test-world/family-looks";
import { type RemapFilePagesRequest, sysRemapFilePages } from "../../src/index.ts";

/** P, with a mapping of shared memory whose pages were touched as `letters` say. */
export const createShared = (letters: string, options: FamilyOptions = {}): Family =>
  createFamily(letters, { file: "shmem", flags: SHARED | VmFlag.CAN_NONLINEAR, ...options });

export type Request = Partial<Omit<RemapFilePagesRequest, "start" | "size">>;

/** `pages` pages from `page` on show the file from `pgoff` on. */
export const remap = (
  family: Family,
  page: number,
  pages: number,
  pgoff: number,
  rest: Request = {},
): number => {
  const range = { start: addressOf(page), size: pages * PAGE_SIZE, pgoff };
  return run(sysRemapFilePages(family.env, mmOf(family, "P"), { ...range, ...rest }));
};

export const NONBLOCK: Request = { flags: MapFlag.NONBLOCK };

/** Page of the file that a page of P shows. */
export const indexAt = (family: Family, page: number): number =>
  family.env.map.index[frameOf(family, "P", page)];
