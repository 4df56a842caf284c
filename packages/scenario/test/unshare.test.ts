/**
 * A page that is read for direct I/O after a fork. Recorded on 6.18.44: the child's write(2) with
 * O_DIRECT from such a page gave it a frame of its own, clean, in one minor fault.
 */
import { testOnKernels } from "./files.ts";

testOnKernels(
  "a shared page is copied before it is pinned, and its owner's write stays on it",
  `
processes: { P: { mappings: { heap: { size: 16 pages, written: all } } } }
steps:
  - { fork: P, as: C }
  - pin: C heap 0
    expect:
      - { on: before v5.19, page: C heap 0, sameFrameAs: P heap 0, entry: r }
      - { on: v5.19+, page: C heap 0, sameFrameAsBefore: false, entry: r, dirty: false, exclusive: true }
      - { on: v5.19+, process: C, minorFaults: 1, anonRss: 16, Private_Clean: 4k }
  - write: C heap 0
    expect:
      - { on: [v5.10, v5.14], page: C heap 0, sameFrameAsBefore: false }
      - { on: v5.19+, page: C heap 0, sameFrameAsBefore: true, entry: W }
      - { on: v5.19+, process: C, minorFaults: 2 }
`,
);

testOnKernels(
  "a page that nobody else has any more is marked, and stays where it is",
  `
processes: { P: { mappings: { heap: { size: 16 pages, written: all } } } }
steps:
  - { fork: P, as: C }
  - { exit: C }
  - pin: P heap 0
    expect:
      - { page: P heap 0, sameFrameAsBefore: true, entry: r }
      - { on: v5.19+, page: P heap 0, exclusive: true }
      - { on: v5.19+, process: P, minorFaults: 17 }
`,
);

testOnKernels(
  "of a huge page that is shared, one page of 4 KiB is copied",
  `
machine: { kernel: v6.18, transparentHugepage: always }
processes: { P: { mappings: { heap: { size: 2M, written: all } } } }
steps:
  - { fork: P, as: C }
  - pin: C heap 7
    expect:
      - { on: v5.19+, page: C heap 7, sameFrameAsBefore: false, entry: r, exclusive: true }
      - { on: v5.19+, page: C heap 8, sameFrameAs: P heap 8 }
      - { on: v5.19+, process: C, minorFaults: 1, anonRss: 512, AnonHugePages: 0 }
      - { on: v5.19+, process: P, AnonHugePages: 2M }
      - { check: clean }
`,
);
