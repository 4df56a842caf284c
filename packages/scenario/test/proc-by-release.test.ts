/** What /proc tells by release: pages that migrate, poison, the data of statm. */
import { testOnKernels } from "./files.ts";

testOnKernels(
  "smaps counts a page that migrates as swap, as private, as shared",
  `
processes: { P: { mappings: { heap: { size: 4 pages, written: all } } } }
steps:
  - { migrateBegin: P heap 0 }
expect:
  - { on: el6, process: P, Rss: 12k, Pss: 12k, Swap: 4k, Anonymous: 12k }
  - { on: v3.10+, process: P, Rss: 16k, Pss: 16k, Swap: 0, Anonymous: 16k }
  - { on: before v5.18, process: P, Shared_Clean: 0, Shared_Dirty: 0 }
  - { on: v6.1, process: P, Shared_Clean: 0, Shared_Dirty: 0 }
  - { on: v6.12+, process: P, Shared_Dirty: 4k, Private_Dirty: 12k }
`,
);

testOnKernels(
  "on 6.12 two processes show the whole of a page that migrates",
  `
machine: { kernel: v6.12 }
processes: { P: { mappings: { heap: { size: 4 pages, written: all } } } }
steps:
  - { fork: P, as: C }
  - { migrateBegin: P heap 0 }
expect:
  - { on: v6.1+, process: C, Rss: 16k, Pss: 10k }
  - { on: before v3.10, process: C, Rss: 12k, Swap: 4k, Pss: 6k }
`,
);

testOnKernels(
  "poison is swap on el6, and nothing later",
  `
processes: { P: { mappings: { heap: { size: 2 pages, written: all } } } }
steps: [{ poison: P heap 0 }]
expect:
  - { on: el6, process: P, Swap: 4k, Rss: 4k }
  - { on: v3.10+, process: P, Swap: 0, Rss: 4k }
`,
);

testOnKernels(
  "the data of statm is what is of no file, later what is private and writable",
  `
processes:
  P:
    mappings:
      heap: { size: 3 pages }
      constants: { size: 5 pages, access: r }
      variables: { kind: file, file: /bin/p, size: 2 pages }
expect:
  - { on: before v4.5, process: P, statmData: 8 }
  - { on: v4.5+, process: P, statmData: 5 }
`,
);

testOnKernels(
  "VmHWM begins anew since 4.0",
  `
processes: { P: { mappings: { heap: { size: 4M, written: all } } } }
steps:
  - { munmap: P heap 0..767 }
  - { resetPeak: P, fails: { EINVAL: before v4.0 } }
expect:
  - { process: P, Rss: 1 MB }
  - { on: before v4.0, process: P, hiwaterRss: at least 3900k }
  - { on: v4.0+, process: P, hiwaterRss: at most 1 MB }
`,
);
