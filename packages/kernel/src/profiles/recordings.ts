/** By kernel and rule: a recording that fails with the answer of the nearest other release. */
import type { KernelName } from "@forkpath/abi";

/** The same history tells a rule of 6.1 and of 6.18. */
const BOTH: Readonly<Record<string, string>> = {
  exclusiveFlag: "p01",
  pinBias: "s02",
  swapIn: "s06",
  faultAroundPages: "c01",
  mapsDirty: "d03",
  countsRemoteFaults: "k01",
  pageoutMakesOld: "so06",
  gupTouches: "l05",
  freshIsActive: "d07",
  lruBatch: "d04",
  mayMakeWritable: "s18",
  usage: "c01",
  keepsCharge: "t-stack-238",
  heapStart: "ex02",
  softDirty: "c01",
  lockedFlags: "l03",
  lockAdds: "rl03",
  lockFills: "l03",
  lockKinds: "l03",
  stackGuard: "ex05",
  takesOver: "r-huge-259",
  laterMapFlags: "rl09",
  mayFreeTable: "d08",
  totals: "c01",
  inherit: "s12",
  execStrings: "ex06",
  execStack: "ex30",
  specialAreas: "ex05",
  execDeath: "ex22",
  statusData: "c01",
  statusTables: "c01",
};

export const RECORDINGS_BY_RULE: Readonly<
  Partial<Record<KernelName, Readonly<Record<string, string>>>>
> = {
  el6: {
    migrationCounter: "pub-0014",
    poisonCounter: "pub-0045",
    needsCopy: "pub-0002",
    exclusiveFlag: "pub-0003",
    joinsMmlist: "pub-0014",
  },
  "v6.1": {
    ...BOTH,
    reuse: "s01",
    advices: "h06",
    huge: "h11",
    execOrder: "ex18",
    vmFlagCodes: "ex05",
    movesPage: "mg01",
  },
  "v6.18": {
    ...BOTH,
    design: "c01",
    shmemCounter: "c01",
    poisonCounter: "d09",
    needsCopy: "d10",
    reuse: "h01",
    mayFollowForced: "r-mix-332",
    advices: "d09",
    huge: "h03",
    protectFills: "r-lock-482",
    mremap: "t-commit-345",
    execOrder: "vf05",
    execPeak: "ex12",
    vmFlagCodes: "d09",
  },
};
