/** A capture, as far as a prediction asks it. */
import { KERNELS, type KernelName, kernelOfRelease } from "@forkpath/abi";
import { type Capture, statusName, statusWords } from "@forkpath/procfs";
import { Kpf, PmHigh, pmPfn } from "../load/page-record.ts";
import type { CapturedProcess, Knowledge } from "../types.ts";

/** UFFD_FEATURE_EVENT_FORK. @kernel include/uapi/linux/userfaultfd.h */
const EVENT_FORK = 0x2;

/** @param kernel where the capture does not say on which release it was taken */
export function subjectOf(capture: Capture, kernel?: KernelName): CapturedProcess {
  const { status, smaps, rollup, pages, anonVmas, info } = capture;
  const uid = Number(statusWords(status, "Uid")[1] ?? 0);
  return {
    comm: statusName(status),
    uid: Number.isSafeInteger(uid) ? uid : 0,
    isAdmin: isAdmin(statusWords(status, "CapEff")[0], uid),
    kernel: kernelOf(info?.release ?? null) ?? kernel ?? NEWEST,
    status: status.rows,
    areas: smaps,
    rollup: rollup?.rows ?? null,
    pages,
    anonVmas:
      anonVmas === null
        ? null
        : new Set(
            anonVmas.filter(({ anonVma }) => !/^0+$/.test(anonVma)).map(({ start }) => start),
          ),
    pins: (info?.pinned ?? []).map(({ start, length }) => ({ start, end: start + length })),
    hasEventFork: (info?.userfaultFeatures ?? []).some((features) => (features & EVENT_FORK) !== 0),
    tmpfs: new Set(info?.shmemDevices ?? []),
  };
}

const CAP_SYS_ADMIN = 21n;

/** By the effective capabilities; where status has none, root is one. */
function isAdmin(word: string | undefined, uid: number): boolean {
  if (word === undefined || !/^[0-9a-f]{1,16}$/.test(word)) return uid === 0;
  return ((BigInt(`0x${word}`) >> CAP_SYS_ADMIN) & 1n) === 1n;
}

const NEWEST: KernelName = KERNELS[KERNELS.length - 1];

/**
 * The profile for `uname -r`: the youngest release of the model that is not younger; undefined for
 * what is no release, or older than all.
 * @example
 * ```ts
 * import { kernelOf } from "@forkpath/predict";
 * console.log(kernelOf("6.18.44"), kernelOf(null)); // v6.18 undefined
 * ```
 */
export const kernelOf = (release: string | null): KernelName | undefined =>
  release === null ? undefined : kernelOfRelease(release);

/** How much the capture tells of its pages. */
export function levelOf({ areas, pages }: CapturedProcess): Knowledge {
  if (areas === null || areas.length === 0) return "status";
  if (pages === null) return "areas";
  for (let at = 0; at < pages.count; at++) {
    if ((pages.entryHigh[at] & PmHigh.PRESENT) === 0) continue;
    const pfn = pmPfn(pages.entryLow[at], pages.entryHigh[at]);
    if (pfn === 0) return "pages";
    const isKnown = pages.mapcount[at] > 0 || pages.flagsLow[at] !== 0;
    if (isKnown && (pages.flagsLow[at] & Kpf.ZERO_PAGE) === 0) return "frames";
    if (!isKnown) return "pages";
  }
  return "frames";
}
