/** prctl of all memory: huge pages, and rights to execute. What 6.18.44 answered to the same. */
import { testOnKernels } from "./files.ts";

testOnKernels(
  "memory does not become executable any more, in children and new programs neither",
  `
machine: { kernel: v6.18 }
processes: { P: { mappings: { data: { size: 4 pages }, code: { size: 4 pages, access: rx } } } }
steps:
  - { prctl: P, denyWriteExec: inherited, fails: { EINVAL: before v6.12 } }
  - { mprotect: P data, access: rx, fails: { EACCES: v6.12+ } }
  - { mmap: P, as: both, size: 4 pages, access: rwx, fails: { EACCES: v6.12+ } }
  - { mmap: P, as: more, size: 4 pages, access: rx }
  - { mprotect: P code, access: rwx, fails: { EACCES: v6.12+ } }
  - { mprotect: P code, access: rx }
  - { mprotect: P code, access: r }
  - { mprotect: P code, access: rx, fails: { EACCES: v6.12+ } }
  - { prctl: P, denyWriteExec: inherited, fails: { EINVAL: before v6.12 } }
  - { prctl: P, denyWriteExec: own, fails: { EINVAL: before v6.12, EPERM: v6.12+ } }
  - { fork: P, as: C }
  - { mmap: C, as: both, size: 4 pages, access: rwx, fails: { EACCES: v6.12+ } }
  - { exec: C }
  - { mmap: C, as: both, size: 4 pages, access: rwx, fails: { EACCES: v6.12+ } }
`,
);

testOnKernels(
  "a process can keep it to itself",
  `
machine: { kernel: v6.18 }
processes: { P: { mappings: { data: { size: 4 pages } } } }
steps:
  - { prctl: P, denyWriteExec: own, fails: { EINVAL: before v6.12 } }
  - { fork: P, as: C }
  - { mprotect: P data, access: rx, fails: { EACCES: v6.12+ } }
  - { mprotect: C data, access: rx }
`,
);

testOnKernels(
  "huge pages are turned off for a process and its child, where the release can",
  `
machine: { transparentHugepage: always }
processes: { P: { mappings: { heap: { size: 2M } } } }
steps:
  - { prctl: P, hugePages: "off", fails: { EINVAL: before v4.4 } }
  - { fork: P, as: C }
  - { write: C heap 0, expect: [{ on: v5.4+, mapping: C heap, AnonHugePages: 0 }] }
  - { prctl: C, hugePages: "on", fails: { EINVAL: before v4.4 } }
`,
);

testOnKernels(
  "fork fails, and leaves nothing, where the counters of the child's CPUs get no memory",
  `
machine: { kernel: v6.18 }
processes: { P: { mappings: { heap: { size: 4 pages, written: all } } } }
steps:
  - { fork: P, failAllocation: 9, fails: ENOMEM, expect: [{ page: P heap 0, entry: W }] }
expect: [{ check: clean }, { tasks: 2 }]
`,
);
