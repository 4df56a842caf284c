/**
 * What an expectation can ask about, by subject: each fact with its unit and what it is.
 *
 *    kB      a plain number counts kB, as in /proc; so `64 MB` and `65536` are the same
 *    pages   a plain number counts pages; `12 kB` is 3
 *    count   counts things
 *    word    a text       yes   true or false       place   pages of some process
 *
 * `run/` has a reader for each.
 */

export type FactUnit = "kB" | "pages" | "count" | "word" | "yes" | "place";

export interface FactSpec {
  readonly unit: FactUnit;
  readonly about: string;
}

/** Sums over present entries, as in smaps. */
const SMAPS = {
  Rss: { unit: "kB", about: "Pages of it in memory." },
  Pss: { unit: "kB", about: "The same, each page divided by how many map it." },
  Shared_Clean: { unit: "kB", about: "Mapped more than once, and clean." },
  Shared_Dirty: { unit: "kB", about: "Mapped more than once, and written to." },
  Private_Clean: { unit: "kB", about: "Mapped once, and clean." },
  Private_Dirty: { unit: "kB", about: "Mapped once, and written to." },
  Anonymous: { unit: "kB", about: "Pages that belong to no file." },
  AnonHugePages: { unit: "kB", about: "Huge pages." },
  Swap: { unit: "kB", about: "Entries that lead to no page: swapped, migrating or poisoned." },
} as const;

/** Facts of one subject, by name. */
export type FactTable<Name extends string> = Readonly<Record<Name, FactSpec>>;

const OF_PROCESS = {
  VmPeak: { unit: "kB", about: "Largest VmSize so far." },
  VmSize: { unit: "kB", about: "All that is mapped." },
  VmLck: { unit: "kB", about: "What is locked." },
  VmHWM: { unit: "kB", about: "Largest VmRSS so far." },
  VmRSS: { unit: "kB", about: "Pages in memory: anonRss and fileRss." },
  VmData: { unit: "kB", about: "What is mapped, less files and stack." },
  VmStk: { unit: "kB", about: "The stack." },
  VmExe: { unit: "kB", about: "Code of the program." },
  VmLib: { unit: "kB", about: "Code of libraries." },
  VmPTE: { unit: "kB", about: "Last-level page tables." },
  VmSwap: { unit: "kB", about: "Pages in swap." },
  fileRss: { unit: "pages", about: "The counter _file_rss, signed." },
  anonRss: { unit: "pages", about: "The counter _anon_rss, signed." },
  swapUsage: { unit: "pages", about: "The counter _swap_usage, signed." },
  hiwaterRss: { unit: "pages", about: "hiwater_rss as it is stored: often less than VmHWM." },
  hiwaterVm: { unit: "pages", about: "hiwater_vm as it is stored." },
  totalVm: { unit: "pages", about: "total_vm." },
  sharedVm: { unit: "pages", about: "shared_vm: mappings of files." },
  stackVm: { unit: "pages", about: "stack_vm." },
  reservedVm: { unit: "pages", about: "reserved_vm." },
  mappedPages: { unit: "pages", about: "Pages of all areas, counted one by one." },
  mapCount: { unit: "count", about: "Areas." },
  nrPtes: { unit: "count", about: "Last-level page tables." },
  mmUsers: { unit: "count", about: "Users of the address space." },
  exeFileVmas: { unit: "count", about: "num_exe_file_vmas: what keeps the program file open." },
  onMmlist: { unit: "yes", about: "Whether swapoff would find it, going round the mmlist." },
  minorFaults: { unit: "count", about: "Faults that read nothing from disk." },
  majorFaults: { unit: "count", about: "Faults that did." },
  maxrss: { unit: "kB", about: "ru_maxrss of getrusage(RUSAGE_SELF)." },
  childrenMaxrss: { unit: "kB", about: "ru_maxrss of getrusage(RUSAGE_CHILDREN)." },
  state: { unit: "word", about: "running, waiting, stopped, zombie or gone." },
} as const;

const OF_MAPPING = {
  entries: { unit: "word", about: "A letter for each page: W r F f z p s h M m n H -." },
  areas: { unit: "count", about: "Areas that it consists of; 0 when it is gone." },
  hasAnonVma: { unit: "yes", about: "Whether it ever had an anonymous page: fork copies it." },
  locked: { unit: "yes", about: "VM_LOCKED." },
  dontfork: { unit: "yes", about: "VM_DONTCOPY." },
  accounted: { unit: "yes", about: "VM_ACCOUNT: its memory is promised." },
  Size: { unit: "kB", about: "All of it." },
} as const;

/** Subject: a page of a process, or each of several. */
export const PAGE_FACTS = {
  entry: { unit: "word", about: "Letter of its entry: W r F f z p s h M m n H -." },
  writable: { unit: "yes", about: "Whether the processor lets it be written to." },
  dirty: { unit: "yes", about: "Whether its entry says that it was written to." },
  accessed: { unit: "yes", about: "Whether its entry says that it was used." },
  mapcount: { unit: "count", about: "Entries that map the page." },
  refcount: { unit: "count", about: "References to the page." },
  mlocked: { unit: "yes", about: "Whether the page is marked as locked in memory." },
  swapCached: { unit: "yes", about: "Whether the page is in the swap cache, or its slot is." },
  swapCount: { unit: "count", about: "References to its slot, when it is swapped." },
  slotByte: { unit: "count", about: "The byte of its slot in the swap map." },
  sameFrameAs: { unit: "place", about: "Another page that must be the same frame." },
  otherFrameThan: { unit: "place", about: "Another page that must be another frame." },
} as const;

/** Subject: a file, by its path. */
export const FILE_FACTS = {
  cachedPages: { unit: "pages", about: "Pages in the page cache." },
  mappings: { unit: "count", about: "Areas that map it." },
  opens: { unit: "count", about: "open calls of a device's areas, one for each fork." },
  closes: { unit: "count", about: "close calls of a device's areas." },
} as const;

/** Without a subject: the machine. */
export const MACHINE_FACTS = {
  committed: { unit: "pages", about: "What was promised: Committed_AS." },
  freePages: { unit: "pages", about: "Free frames." },
  usedPages: { unit: "pages", about: "Frames in use, less those that boot took." },
  freeSwap: { unit: "pages", about: "Free swap slots." },
  swapCache: { unit: "pages", about: "Pages in the swap cache." },
  pageCache: { unit: "pages", about: "Pages of files in memory." },
  anonPages: { unit: "pages", about: "Mapped pages without a file, huge ones too: AnonPages." },
  pageTables: { unit: "count", about: "Tables of ptes: PageTables." },
  tasks: { unit: "count", about: "Tasks, init included." },
  forks: { unit: "count", about: "Forks so far." },
  continuationPages: { unit: "count", about: "Pages that hold high digits of swap counts." },
  badPtes: { unit: "count", about: "Reports of bad entries." },
} as const;

/** Subject: a child, right after it was waited for. */
export const REAPED_FACTS = {
  status: { unit: "count", about: "Its exit status." },
  maxrss: { unit: "kB", about: "ru_maxrss of wait4." },
  minorFaults: { unit: "count", about: "ru_minflt of wait4." },
  majorFaults: { unit: "count", about: "ru_majflt of wait4." },
} as const;

export type SmapsFact = keyof typeof SMAPS;
export type ProcessFact = keyof typeof OF_PROCESS | SmapsFact;
export type MappingFact = keyof typeof OF_MAPPING | SmapsFact;
export type PageFact = keyof typeof PAGE_FACTS;
export type FileFact = keyof typeof FILE_FACTS;
export type MachineFact = keyof typeof MACHINE_FACTS;
export type ReapedFact = keyof typeof REAPED_FACTS;

/** Subject: a process. */
export const PROCESS_FACTS: FactTable<ProcessFact> = { ...OF_PROCESS, ...SMAPS };
/** Subject: a mapping of a process. */
export const MAPPING_FACTS: FactTable<MappingFact> = { ...OF_MAPPING, ...SMAPS };
