/** A process of the model as status, statm and stat print it, in the layout of its release. */
import { KB_PER_PAGE, PAGE_SIZE } from "@forkpath/abi";
import { MmCounter, peekCheapRss, peekShown } from "@forkpath/counters";
import type { TaskStruct } from "@forkpath/fork";
import { type Machine, memoryStatus } from "@forkpath/kernel";
import type { MmStruct } from "@forkpath/mm";
import {
  arranged,
  escapedName,
  layoutsOf,
  STAT_FIELDS,
  type Stat,
  type StatField,
  type Statm,
  type Status,
} from "@forkpath/procfs";

const NO_BITS = "0000000000000000";
const NO_LIMIT = 2n ** 64n - 1n;

const STATES: Readonly<Record<TaskStruct["state"], string>> = {
  new: "S (sleeping)",
  running: "S (sleeping)",
  stopped: "T (stopped)",
  zombie: "Z (zombie)",
  dead: "X (dead)",
};

/** A counter below zero is 2^64 more in /proc: as procfs has it, signed. */
const signed = (word: bigint): number => Number(BigInt.asIntN(64, word));

export function modelStatus(machine: Machine, task: TaskStruct): Status {
  const { statusFields } = layoutsOf(machine.profile.kernel);
  const rows = task.mm === null ? {} : memoryRows(machine, task.mm);
  return arranged({ order: [], rows, texts: textsOf(machine, task) }, statusFields);
}

function memoryRows(machine: Machine, mm: MmStruct): Record<string, number> {
  const status = memoryStatus(mm, machine.profile.proc);
  const shown = (member: MmCounter): number => signed(peekShown(mm.counters, member)) * KB_PER_PAGE;
  const known = Object.entries(status).map(([name, value]) => [
    name.charAt(0).toUpperCase() + name.slice(1),
    signed(value),
  ]);
  return {
    ...Object.fromEntries(known),
    RssAnon: shown(MmCounter.ANON_RSS),
    RssFile: shown(MmCounter.FILE_RSS),
    RssShmem: shown(MmCounter.SHMEM_RSS),
    VmPin: 0,
    VmPMD: mm.nrPmds * KB_PER_PAGE,
    HugetlbPages: 0,
  };
}

/** What the model has no figures of is as of a task that did nothing. */
function textsOf({ config }: Machine, task: TaskStruct): Record<string, string> {
  const { pid, tgid, comm, state, realParent, cred, signal, mm } = task;
  const ids = `\t${cred.user.uid}`.repeat(4);
  const hasMemory: Record<string, string> =
    mm === null
      ? {}
      : { CoreDumping: "\t0", THP_enabled: "\t1", untag_mask: `\t0x${"f".repeat(16)}` };
  const bits = ["SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt"];
  const capabilities = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"];
  const own = ["NStgid", "NSpid", "NSpgid", "NSsid"];
  return {
    Name: `\t${escapedName(comm)}`,
    Umask: "\t0022",
    State: `\t${STATES[state]}`,
    Tgid: `\t${tgid}`,
    Ngid: "\t0",
    Pid: `\t${pid}`,
    PPid: `\t${realParent.tgid}`,
    TracerPid: "\t0",
    Uid: ids,
    Gid: ids,
    FDSize: "\t64",
    Groups: "\t ",
    ...Object.fromEntries(own.map((name) => [name, `\t${name === "NSpid" ? pid : tgid}`])),
    Kthread: `\t${mm === null && state !== "zombie" ? 1 : 0}`,
    ...hasMemory,
    Threads: `\t${signal.threads.length}`,
    SigQ: "\t0/0",
    ...Object.fromEntries([...bits, ...capabilities].map((name) => [name, `\t${NO_BITS}`])),
    NoNewPrivs: "\t0",
    Seccomp: "\t0",
    Seccomp_filters: "\t0",
    Speculation_Store_Bypass: "\tunknown",
    SpeculationIndirectBranch: "\tunknown",
    Cpus_allowed: `\t${(2n ** BigInt(config.nrCpus) - 1n).toString(16)}`,
    Cpus_allowed_list: `\t${config.nrCpus === 1 ? "0" : `0-${config.nrCpus - 1}`}`,
    Mems_allowed: "\t1",
    Mems_allowed_list: "\t0",
    voluntary_ctxt_switches: "\t0",
    nonvoluntary_ctxt_switches: "\t0",
  };
}

/** All 0 without memory. */
export function modelStatm({ profile }: Machine, mm: MmStruct | null): Statm {
  if (mm === null) {
    return { size: 0, resident: 0, shared: 0, text: 0, lib: 0, data: 0, dirty: 0 };
  }
  const shown = (member: MmCounter): number => signed(peekShown(mm.counters, member));
  const shared = shown(MmCounter.FILE_RSS) + shown(MmCounter.SHMEM_RSS);
  const { startCode, endCode } = mm.layout;
  const text = Math.ceil(endCode / PAGE_SIZE) - Math.floor(startCode / PAGE_SIZE);
  return {
    size: mm.usage.totalVm,
    resident: shared + shown(MmCounter.ANON_RSS),
    shared,
    text,
    lib: 0,
    data: profile.proc.statmData(mm),
    dirty: 0,
  };
}

export function modelStat({ profile }: Machine, task: TaskStruct): Stat {
  const { pid, comm, state, mm, signal, tgid, exitSignal, exitCode } = task;
  const layout = mm?.layout;
  const at = (address: number | undefined): bigint => BigInt(address ?? 0);
  const values: Partial<Record<StatField, bigint>> = {
    ppid: BigInt(task.realParent.tgid),
    pgrp: BigInt(tgid),
    session: BigInt(tgid),
    tpgid: -1n,
    minflt: BigInt(task.minFlt),
    majflt: BigInt(task.majFlt),
    priority: 20n,
    num_threads: BigInt(signal.threads.length),
    starttime: BigInt(pid),
    vsize: BigInt((mm?.usage.totalVm ?? 0) * PAGE_SIZE),
    rss: mm === null ? 0n : BigInt.asIntN(64, peekCheapRss(mm.counters)),
    rsslim: NO_LIMIT,
    startcode: at(layout?.startCode),
    endcode: at(layout?.endCode),
    startstack: at(layout?.startStack),
    exit_signal: BigInt(exitSignal),
    start_data: at(layout?.startData),
    end_data: at(layout?.endData),
    start_brk: at(layout?.startBrk),
    arg_start: at(layout?.argStart),
    arg_end: at(layout?.argEnd),
    env_start: at(layout?.envStart),
    env_end: at(layout?.envEnd),
    exit_code: BigInt(exitCode),
  };
  const { statNumbers } = layoutsOf(profile.kernel);
  const fields = STAT_FIELDS.slice(0, statNumbers).map((name) => values[name] ?? 0n);
  return { pid, comm, state: STATES[state].charAt(0), fields };
}
