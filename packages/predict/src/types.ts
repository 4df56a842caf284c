/**
 * What a prediction starts from: a process as /proc showed it at one moment.
 *
 * How much of it could be read depends on the reader's rights, so most of it may be null; what that
 * costs is told in the answer. Addresses are bytes, sizes kB unless a name says otherwise.
 */
import type { KernelName } from "@forkpath/abi";
import type { CapturedPages, SmapsArea } from "@forkpath/procfs";

/** One area, as smaps shows it. */
export type CapturedArea = SmapsArea;

/** Bytes, half-open. */
export interface AddressRange {
  /** First byte. */
  readonly start: number;
  /** The byte after the last. */
  readonly end: number;
}

export interface CapturedProcess {
  readonly comm: string;
  readonly uid: number;
  /** CAP_SYS_ADMIN: what is kept back for admins may be used. */
  readonly isAdmin: boolean;
  /** The release that the process runs on. */
  readonly kernel: KernelName;
  /** The lines of status that are numbers, by their labels; kB. */
  readonly status: Readonly<Record<string, number>>;
  /** Null where smaps could not be read. */
  readonly areas: readonly CapturedArea[] | null;
  /** Lines of smaps_rollup; kB. */
  readonly rollup: Readonly<Record<string, number>> | null;
  /** Null where pagemap could not be read. */
  readonly pages: CapturedPages | null;
  /** Starts of the areas that have an anon_vma; null where that has to be estimated. */
  readonly anonVmas: ReadonlySet<number> | null;
  /** Memory that io_uring has registered, from fdinfo. */
  readonly pins: readonly AddressRange[];
  /** A userfaultfd of the process follows forks: UFFD_FEATURE_EVENT_FORK. */
  readonly hasEventFork: boolean;
  /** Devices that are tmpfs, as maps has them: `00:19`. */
  readonly tmpfs: ReadonlySet<string>;
}

/** What can be known of the pages of a capture, from the most to the least (predict.md §1). */
export type Knowledge =
  /** Frame numbers, mapcounts and page flags. */
  | "frames"
  /** Pagemap without frame numbers: which pages there are, and which are mapped once. */
  | "pages"
  /** smaps alone. */
  | "areas"
  /** status alone. */
  | "status";
