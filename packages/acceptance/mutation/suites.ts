/** Which tests look at a fault: those of its package, then those of packages that stand on it. */
import type { Fault } from "./fault.ts";
import type { Suite } from "./suite.ts";

const testsOf = (pkg: string): Suite => ({ dir: `packages/${pkg}` });

/** The recorded answers of a real kernel to forks and unmaps. */
const VECTORS: Suite = { dir: "packages/conform", files: ["test/public.test.ts"] };
/** Recorded histories of later kernels, of those kinds that were thought of: a rule each. */
const HISTORIES: Suite = { dir: "packages/conform", files: ["test/handmade.test.ts"] };

/** Whoever runs a whole kernel. */
const ON_KERNEL = [testsOf("scenario"), HISTORIES];
/** By the fault's package: those who stand on it run its code too. The quickest to notice first. */
const ON_MM = [VECTORS, testsOf("fork"), testsOf("kernel"), ...ON_KERNEL];
const USERS: Readonly<Record<string, readonly Suite[]>> = {
  counters: [testsOf("mm"), ...ON_MM],
  "page-table": [testsOf("mm"), ...ON_MM],
  swap: [testsOf("mm"), ...ON_MM],
  rmap: [testsOf("mm"), ...ON_MM],
  mm: ON_MM,
  fork: [testsOf("kernel"), ...ON_KERNEL],
  procfs: [testsOf("kernel"), testsOf("predict")],
  kernel: ON_KERNEL,
};

export const suitesOf = ({ package: pkg }: Fault): readonly Suite[] => [
  testsOf(pkg),
  ...(USERS[pkg] ?? []),
];
