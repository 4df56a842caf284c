/**
 * What M26 tells of releases, and no rule of the model decides: it shows in nothing that the model
 * has, or belongs to who reads /proc.
 */
import { KERNELS, type KernelName } from "@forkpath/abi";

/** What a release does from `since` on. */
export interface LeftOutSince {
  /** The first release of the axis that does so. */
  readonly since: KernelName;
  /** In a few words. */
  readonly does: string;
  /** First upstream release, if it lies between two of the axis. */
  readonly first?: string;
}

/** Something that releases do in different ways, and the model in one or in none. */
export interface LeftOut {
  /** What is done, as a phrase. */
  readonly what: string;
  /** How, from which release on. */
  readonly answers: readonly [LeftOutSince, ...LeftOutSince[]];
  /** Why no rule decides it. */
  readonly why: string;
}

const since = (kernel: KernelName, does: string, first?: string): LeftOutSince => ({
  since: kernel,
  does,
  ...(first === undefined ? {} : { first }),
});

/**
 * All of it.
 * @modelOnly what a reader of the kernel's history would miss here
 */
export const LEFT_OUT: readonly LeftOut[] = [
  {
    what: "how an address space keeps its areas",
    answers: [
      since("el6", "tree and list"),
      since("v3.10", "tree"),
      since("v6.1", "maple tree"),
      since("v6.12", "maple tree, which fork copies whole", "6.7"),
    ],
    why: "the model keeps a sorted array; what its nodes cost is not counted",
  },
  {
    what: "how fork copies the entries of a large folio",
    answers: [since("el6", "one by one"), since("v6.12", "a row at once", "6.9")],
    why: "one by one in the model; what comes of it is the same",
  },
  {
    what: "what maps is read under",
    answers: [since("el6", "mmap_sem"), since("v6.18", "the lock of each area", "6.17")],
    why: "a look at the model takes no lock",
  },
  {
    what: "the tracepoint rss_stat",
    answers: [since("el6", "none"), since("v5.10", "after every change of a counter", "5.5")],
    why: "the model's own events tell more",
  },
  {
    what: "frame numbers in pagemap without CAP_SYS_ADMIN",
    answers: [since("el6", "shown"), since("rhel7", "hidden", "4.2")],
    why: "no task reads pagemap in the model",
  },
];

/**
 * What `kernel` does.
 * @modelOnly how much is modelled
 */
export function leftOutOn({ answers }: LeftOut, kernel: KernelName): LeftOutSince {
  const place = KERNELS.indexOf(kernel);
  return answers.findLast(({ since }) => KERNELS.indexOf(since) <= place) ?? answers[0];
}
