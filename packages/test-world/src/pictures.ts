/**
 * Address spaces as pictures of all their entries, an area from `[` to `]`, in the order of
 * addresses:
 *
 *    const p = process("[F f -]", "[W W s]");      the last one drawn lies lowest
 *    showPictures(p)                               "[W W s] [f f -]"
 *
 * What is drawn says what is done to a page: it is written (W, F), read (r, z, f), written and then
 * swapped out (s), or left alone (-). F and f belong to a file. What is shown are the letters of
 * `entryLetter`, without marks: a private page of a file that was written is W.
 */
import { MapFlag, PAGE_SIZE, Prot } from "@forkpath/abi";
import {
  drawEntries,
  type MappedFile,
  MMAP_BASE,
  reclaimPages,
  sysMmap,
  touch,
} from "@forkpath/mm";
import { expect } from "vitest";
import {
  addFile,
  addSpace,
  createMachine,
  type MachineOptions,
  run,
  type Space,
} from "./machine.ts";

/** P, with the areas of the pictures, on a machine of its own. */
export function process(...pictures: readonly string[]): Space {
  return processOn({}, ...pictures);
}

/** The same on a machine of some kind. */
export function processOn(options: MachineOptions, ...pictures: readonly string[]): Space {
  const env = createMachine(options);
  const space: Space = { env, mm: addSpace(env, "P") };
  for (const picture of pictures) mapPicture(space, picture);
  return space;
}

export interface PictureOptions {
  /** MapFlag bits beside PRIVATE or SHARED. */
  readonly flags?: number;
  readonly isShared?: boolean;
  /** Bytes; by default below what is mapped, with a free page between. */
  readonly addr?: number;
  /** By default a new one for pictures with F or f, and none for others. */
  readonly file?: MappedFile;
}

/** Maps an area that looks like the picture. @returns its address */
export function mapPicture(space: Space, picture: string, options: PictureOptions = {}): number {
  const { env, mm } = space;
  const letters = picture.replace(/[[\]]/g, "").trim().split(" ");
  const isFile = letters.some((letter) => letter === "F" || letter === "f");
  const file = options.file ?? (isFile ? addFile(space) : undefined);
  const kind = options.isShared ? MapFlag.SHARED : MapFlag.PRIVATE;
  const flags = kind | MapFlag.FIXED | (options.flags ?? 0) | (file ? 0 : MapFlag.ANONYMOUS);
  const len = letters.length * PAGE_SIZE;
  const { addr: at = (mm.vmas[0]?.start ?? MMAP_BASE) - len - PAGE_SIZE } = options;
  const request = { addr: at, len, prot: Prot.READ | Prot.WRITE, flags };
  const open = file === undefined ? {} : { open: { file, isReadable: true, isWritable: true } };
  const addr = run(sysMmap(env, mm, { ...request, ...open }));
  expect(addr, `mmap of ${picture}`).toBeGreaterThan(0);
  letters.forEach((letter, page) => {
    touchAs(space, addr + page * PAGE_SIZE, letter);
  });
  return addr;
}

/** Makes the page look like the letter. */
function touchAs({ env, mm }: Space, addr: number, letter: string): void {
  if (letter === "-") return;
  if (!/^[WFsrzf]$/.test(letter)) throw new RangeError(`mapPicture: no way to draw ${letter}`);
  run(touch(env, mm, addr, /[WFs]/.test(letter)));
  if (letter === "s") run(reclaimPages(env, mm, { start: addr, end: addr + PAGE_SIZE }));
}

/** The picture of all areas. */
export const showPictures = ({ env, mm }: Space): string =>
  mm.vmas
    .map(({ start, end }) => `[${drawEntries(env, mm, start, (end - start) / PAGE_SIZE)}]`)
    .join(" ");
