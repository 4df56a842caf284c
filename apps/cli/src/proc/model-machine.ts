/** The files at the top of /proc: what tools read of the machine. */
import { KB_PER_PAGE } from "@forkpath/abi";
import type { Kernel } from "@forkpath/kernel";
import { arranged, type Meminfo, printMeminfo } from "@forkpath/procfs";

/** Lines whose figures the model has, in their order; the others are left out, not zero. */
const MEMINFO_FIELDS = [
  "MemTotal",
  "MemFree",
  "MemAvailable",
  "Buffers",
  "Cached",
  "SwapCached",
  "SwapTotal",
  "SwapFree",
  "AnonPages",
  "Shmem",
  "PageTables",
  "CommitLimit",
  "Committed_AS",
];

export function machineFiles(kernel: Kernel): Readonly<Record<string, string>> {
  const { config, profile, fork } = kernel.machine;
  const cpus = Array.from({ length: config.nrCpus }, (_, cpu) => cpuLine(`cpu${cpu}`));
  const release = profile.kernel.startsWith("v") ? profile.kernel.slice(1) : profile.kernel;
  return {
    meminfo: printMeminfo(meminfoOf(kernel)),
    stat: [cpuLine("cpu "), ...cpus, "intr 0", "ctxt 0", "btime 0", `processes ${fork.totalForks}`]
      .map((line) => `${line}\n`)
      .join(""),
    uptime: "0.00 0.00\n",
    loadavg: `0.00 0.00 0.00 1/${fork.nrThreads} ${fork.tasks.size}\n`,
    version: `Linux version ${release} (forkpath, a model: no kernel ran)\n`,
  };
}

const cpuLine = (name: string): string => `${name} 0 0 0 0 0 0 0 0 0 0`;

function meminfoOf(kernel: Kernel): Meminfo {
  const totals = kernel.totals();
  const { commit } = kernel.machine.mm;
  const limit =
    commit.overcommitKb > 0
      ? commit.overcommitKb / KB_PER_PAGE
      : Math.floor((commit.totalRamPages * commit.ratio) / 100);
  const pages = {
    MemTotal: commit.totalRamPages,
    MemFree: totals.freePages,
    MemAvailable: totals.freePages + totals.cachedPages,
    Buffers: 0,
    Cached: totals.cachedPages,
    SwapCached: totals.swapCachePages,
    SwapTotal: totals.swapPages,
    SwapFree: totals.freeSwapPages,
    AnonPages: totals.anonPages,
    Shmem: shmemPages(kernel),
    PageTables: totals.pageTables,
    CommitLimit: limit + totals.swapPages,
    Committed_AS: totals.committed,
  };
  const rows = Object.fromEntries(
    Object.entries(pages).map(([field, count]) => [field, count * KB_PER_PAGE]),
  );
  return arranged({ order: [], rows, texts: {} }, MEMINFO_FIELDS);
}

/** Pages of shared memory and tmpfs: a part of what is cached. */
function shmemPages({ machine }: Kernel): number {
  let count = 0;
  for (const { isShmem, pages } of machine.mm.files.values()) if (isShmem) count += pages.size;
  return count;
}
