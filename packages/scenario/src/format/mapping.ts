/**
 * A mapping of a process: what it is, how large, and what the process has done to it already.
 *
 *    kind          what it is                                        written by mmap as
 *    anon          private memory                                    PRIVATE, ANONYMOUS
 *    heap          the same, grown by brk
 *    stack         the same, growing downwards                       GROWSDOWN
 *    file          private pages of a file: a library, say           PRIVATE
 *    shared-file   a file that is written to through memory          SHARED
 *    shmem         shared memory; with a file of /dev/shm, by name   SHARED, ANONYMOUS
 *    device        private pages of a driver's file; it counts its open and close calls
 *    pfnmap        a driver's frames without pages: remap_pfn_range     SHARED, or PRIVATE
 *    mixedmap      the same, in an area that could have pages as well: vm_insert_mixed
 *    insertpage    a driver's own pages: vm_insert_page
 */
import { Prot } from "@forkpath/abi";
import * as z from "zod/mini";
import { about, address, integer, leaf, named, oneOf, pages, path, size, yes } from "./leaves.ts";
import { ALL_PAGES, NO_PAGES, type Selection } from "./selection.ts";

/** What is mapped: see the table above. */
export type MappingKind =
  | "anon"
  | "heap"
  | "stack"
  | "file"
  | "shared-file"
  | "shmem"
  | "device"
  | DriverKind;

/** Kinds whose pages a driver maps when the mapping is made. */
export type DriverKind = "pfnmap" | "mixedmap" | "insertpage";
export const isDriverKind = (kind: MappingKind): kind is DriverKind =>
  kind === "pfnmap" || kind === "mixedmap" || kind === "insertpage";

/** A mapping as a scenario asks for it, every default filled in. */
export interface MappingSpec {
  /** What is mapped. */
  readonly kind: MappingKind;
  /** Its length. */
  readonly sizePages: number;
  /** Bytes; null for a place of its own. */
  readonly at: number | null;
  /** Null for a file named after the mapping. */
  readonly file: string | null;
  /** Pages of the file before the first that is mapped. */
  readonly offsetPages: number;
  /** Null for just as long as this mapping needs. */
  readonly fileSizePages: number | null;
  /** Prot bits. */
  readonly prot: number;
  /** Whether the file was opened for reading only. */
  readonly openedReadOnly: boolean;
  /** Of what a driver maps: the others say it by their kind. */
  readonly isPrivate: boolean;
  /** MAP_NORESERVE. */
  readonly noreserve: boolean;
  /** MAP_POPULATE. */
  readonly populate: boolean;
  /** MAP_LOCKED. */
  readonly locked: boolean;
  /** madvise(DONTFORK) once it is mapped. */
  readonly dontfork: boolean;
  /** Done in this order: read, written, swapped out. */
  readonly read: readonly Selection[];
  /** Written after that. */
  readonly written: readonly Selection[];
  /** Swapped out in the end. */
  readonly swapped: readonly Selection[];
}

const BITS: Readonly<Record<string, number>> = { r: Prot.READ, w: Prot.WRITE, x: Prot.EXEC };
const ACCESS = "none, or some of r, w and x in this order";

/** Prot bits. */
export const access: z.ZodMiniType<number> = leaf(
  oneOf("none", "r", "w", "x", "rw", "rx", "wx", "rwx"),
  ACCESS,
  (word) => (word === "none" ? Prot.NONE : [...word].reduce((bits, one) => bits | BITS[one], 0)),
);

const KINDS: readonly MappingKind[] = [
  ...(["anon", "heap", "stack", "file", "shared-file", "shmem", "device"] as const),
  ...(["pfnmap", "mixedmap", "insertpage"] as const),
];

const mappingKeys = {
  kind: z._default(
    about(
      oneOf(...KINDS),
      "anon: private memory. heap: the same, by brk. stack: grows downwards. file: private pages " +
        "of a file. shared-file: written back. shmem: shared memory. device: private pages of a " +
        "driver's file. pfnmap, mixedmap: frames of a driver. insertpage: its pages.",
    ),
    "anon",
  ),
  size: about(size, "How large it is, in whole pages.", "64M", "3 pages"),
  at: z.exactOptional(about(address, "Where; by default apart from all others.")),
  file: z.exactOptional(about(path, "Which file; mappings of one path share its pages.")),
  offset: z._default(about(integer(0, 2 ** 40), "First page of the file that is mapped."), 0),
  fileSize: z.exactOptional(
    about(size, "How long the file is; by default up to the mapping's end."),
  ),
  access: z.exactOptional(about(access, "What the process may do there; rw by default.")),
  openedReadOnly: z._default(about(yes, "Whether the file was opened for reading only."), false),
  private: z._default(
    about(yes, "Of pfnmap, mixedmap and insertpage: MAP_PRIVATE, for MAP_SHARED."),
    false,
  ),
  noreserve: z._default(about(yes, "MAP_NORESERVE: promise nothing."), false),
  populate: z._default(about(yes, "MAP_POPULATE: mmap brings every page."), false),
  locked: z._default(about(yes, "mlock it, which also brings every page."), false),
  dontfork: z._default(about(yes, "madvise DONTFORK: children do not get it."), false),
  read: z.exactOptional(about(pages, "Pages that were read.", "50%")),
  written: z.exactOptional(about(pages, "Pages that were written to, after that.", "100%")),
  swapped: z.exactOptional(about(pages, "Pages that were swapped out, in the end.", "25%")),
};

const keys = z.strictObject(mappingKeys);

/** A mapping that a process begins with. */
export const mapping: z.ZodMiniType<MappingSpec> = named(
  "mapping",
  leaf(keys, "a mapping", toMappingSpec),
);

/** A mapping that a step makes, which has keys of its own besides. */
export const mappingWith = <Own extends z.core.$ZodShape>(
  own: Own,
): z.ZodMiniType<{ own: z.output<z.ZodMiniObject<Own>>; mapping: MappingSpec }> =>
  leaf(z.strictObject({ ...own, ...mappingKeys }), "a mapping", (given) => ({
    own: given as z.output<z.ZodMiniObject<Own>>,
    mapping: toMappingSpec(given as z.output<typeof keys>),
  }));

function toMappingSpec(given: z.output<typeof keys>): MappingSpec {
  const { kind, offset, openedReadOnly, noreserve, populate, locked, dontfork } = given;
  return {
    kind,
    sizePages: given.size,
    at: given.at ?? null,
    file: given.file ?? null,
    offsetPages: offset,
    fileSizePages: given.fileSize ?? null,
    prot: given.access ?? Prot.READ | Prot.WRITE,
    openedReadOnly,
    isPrivate: given.private,
    noreserve,
    populate,
    locked,
    dontfork,
    read: given.read ?? NO_PAGES,
    written: given.written ?? NO_PAGES,
    swapped: given.swapped ?? NO_PAGES,
  };
}

/** Pages that come into memory as it is made. */
export const broughtBy = ({
  locked,
  populate,
  read,
  written,
  swapped,
}: MappingSpec): readonly Selection[][] =>
  locked || populate ? [[...ALL_PAGES]] : [[...read], [...written], [...swapped]];
