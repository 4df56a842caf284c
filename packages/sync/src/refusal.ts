/**
 * Why a call failed for want of memory, of a limit or of a right: the errno alone does not say it.
 *
 * A refusal is data, noted by the place that decides. Only what shows it to a person makes a
 * sentence of it, with `refusalText`. Recording costs nothing where nothing is refused.
 */
/** Which limit: of a process, of a user, or of the machine. */
export type LimitName =
  | "RLIMIT_AS"
  | "RLIMIT_DATA"
  | "RLIMIT_STACK"
  | "RLIMIT_MEMLOCK"
  | "RLIMIT_NPROC"
  | "max_map_count"
  | "max_threads"
  | "pid_max";

/** What a machine that promises memory has looked at. Pages. */
export interface PromiseTerms {
  /** `guess` and `never` are modes 0 and 2 of vm.overcommit_memory; `total` is 0 since 5.2. */
  readonly rule: "guess" | "never" | "total";
  /** More than this it could not have promised then. */
  readonly most: number;
  /** Free frames that count; only by guess. */
  readonly free?: number;
  /** Page cache, free swap and slab that reclaim could find; only by guess. */
  readonly reclaimable?: number;
  /** CommitLimit; only by never. RAM and swap by total. */
  readonly limit?: number;
  /** Promised before, to all; only by never. */
  readonly promised?: number;
  /** Kept back for admins and for the user's own recovery. */
  readonly reserved?: number;
}

/** Bytes, half-open. */
export interface RefusedArea {
  /** First byte. */
  readonly start: number;
  /** The byte after the last. */
  readonly end: number;
}

/** What was refused, by its kind. */
export type Refusal =
  /** A request that was made to fail; counted from 0 since boot. */
  | {
      /** A single allocation. */
      readonly kind: "allocation";
      /** What should be allocated, by the kernel's name. */
      readonly what: string;
      /** Number of the request at the allocation gate. */
      readonly request: number;
    }
  /** Memory is used up, or no run of frames is left for a huge page. */
  | {
      /** A page frame, or a run of them. */
      readonly kind: "frames";
      /** What the frames were for. */
      readonly what: string;
      /** Frames that are free. */
      readonly free: number;
    }
  | {
      /** A promise of memory: the commit limit or the heuristic says no. */
      readonly kind: "promise";
      /** Pages of 4 kB asked for. */
      readonly pages: number;
      /** What the promise was weighed against. */
      readonly terms: PromiseTerms;
      /** For which area; null where there is none yet. */
      readonly area: RefusedArea | null;
    }
  | {
      /** A limit of the process, of the user or of the machine. */
      readonly kind: "limit";
      /** Which limit. */
      readonly limit: LimitName;
      /** In use, and asked for besides: pages of 4 kB, areas, tasks or pids. */
      readonly used: number;
      /** Asked for, in the unit of `used`. */
      readonly asked: number;
      /** What the limit allows, in the same unit. */
      readonly most: number;
    }
  /** No area is there. Bytes. */
  | {
      /** An address with no area. */
      readonly kind: "hole";
      /** The address, in bytes. */
      readonly addr: number;
    }
  /** No addresses are left for it. Pages. */
  | {
      /** Room in the address space. */
      readonly kind: "addresses";
      /** Pages of 4 kB asked for. */
      readonly pages: number;
    }
  | {
      /** A right. */
      readonly kind: "capability";
      /** Which right, such as `CAP_IPC_LOCK`. */
      readonly capability: string;
      /** What the caller wanted to do. */
      readonly forWhat: string;
    }
  /** Another task of the process is in the way; `with` says what it does. */
  | {
      /** The use of something that another task uses. */
      readonly kind: "busy";
      /** What the other task does. */
      readonly with: string;
    };

/**
 * One clause: `1024 pages for 0x1000: only 12 can be promised (...)`.
 * @param placeOf what an address is called; by default `0x1000`
 * @modelOnly for people
 */
export function refusalText(refusal: Refusal, placeOf: (addr: number) => string = hex): string {
  switch (refusal.kind) {
    case "allocation":
      return `the request for ${refusal.what} was made to fail`;
    case "frames":
      return refusal.free === 0
        ? `memory is used up: there is no frame for a ${refusal.what}`
        : `no ${refusal.what} can be made of the ${pagesText(refusal.free)} that are free`;
    case "promise":
      return promiseText(refusal, placeOf);
    case "limit":
      return limitText(refusal);
    case "hole":
      return `nothing is mapped at ${placeOf(refusal.addr)}`;
    case "addresses":
      return `no free addresses for ${pagesText(refusal.pages)}`;
    case "capability":
      return `${refusal.forWhat} takes ${refusal.capability}`;
    case "busy":
      return `another task ${refusal.with}`;
  }
}

type RefusalOf<Kind extends Refusal["kind"]> = Extract<Refusal, { kind: Kind }>;

function promiseText(
  { pages, terms, area }: RefusalOf<"promise">,
  placeOf: (addr: number) => string,
): string {
  const what = `${pagesText(pages)}${area === null ? "" : ` for ${placeOf(area.start)}`}`;
  const most = Math.max(terms.most, 0);
  return `${what}: only ${most} can be promised (overcommit ${termsText(terms)})`;
}

function termsText({
  rule,
  free,
  reclaimable,
  limit,
  promised,
  reserved = 0,
}: PromiseTerms): string {
  const kept = reserved === 0 ? "" : `, reserved ${reserved}`;
  if (rule === "guess") return `heuristic: free ${free}, reclaimable ${reclaimable}${kept}`;
  if (rule === "total") return `heuristic: RAM and swap ${limit}`;
  return `strict: limit ${limit}, promised ${promised}${kept}`;
}

/** What each limit counts. */
const UNITS: Readonly<Record<LimitName, string>> = {
  RLIMIT_AS: "pages",
  RLIMIT_DATA: "pages",
  RLIMIT_STACK: "pages",
  RLIMIT_MEMLOCK: "pages",
  RLIMIT_NPROC: "tasks of the user",
  max_map_count: "areas",
  max_threads: "tasks",
  pid_max: "pids",
};

function limitText({ limit, used, asked, most }: RefusalOf<"limit">): string {
  return `${limit} allows ${most} ${UNITS[limit]}: ${used} in use, ${asked} more asked for`;
}

/** What each kind of refusal can end a call with: an errno, or the signal of a fault. */
const ENDINGS: Readonly<Record<Refusal["kind"], readonly string[]>> = {
  allocation: ["ENOMEM", "EAGAIN"],
  frames: ["ENOMEM", "EAGAIN"],
  promise: ["ENOMEM", "EFAULT", "SIGBUS", "SIGSEGV"],
  limit: ["ENOMEM", "EAGAIN", "SIGSEGV"],
  hole: ["ENOMEM"],
  addresses: ["ENOMEM"],
  capability: ["EPERM"],
  busy: ["EAGAIN"],
};

/**
 * Whether a call that ended so can have ended so for that reason: a call may go on after a refusal,
 * and fail for another.
 * @param ending `ENOMEM`, `SIGBUS`
 * @modelOnly for people
 */
export const explains = ({ kind }: Refusal, ending: string): boolean =>
  ENDINGS[kind].includes(ending);

const hex = (addr: number): string => `0x${addr.toString(16)}`;
const pagesText = (pages: number): string => `${pages} ${pages === 1 ? "page" : "pages"}`;
