/** Which tests look at a fault: those of its package, then those of packages that stand on it. */
import type { Fault } from "./fault.ts";
import type { Suite } from "./suite.ts";

const testsOf = (pkg: string): Suite => ({ dir: `packages/${pkg}` });

/** The recorded answers of a real kernel to forks and unmaps. */
const VECTORS: Suite = { dir: "packages/conform", files: ["test/public.test.ts"] };

/** By the fault's package. Those who stand on it run its code too. */
const USERS: Readonly<Record<string, readonly Suite[]>> = {
  counters: [testsOf("mm"), VECTORS],
  "page-table": [testsOf("mm"), VECTORS],
  swap: [testsOf("mm"), VECTORS],
  rmap: [testsOf("mm"), VECTORS],
  mm: [VECTORS, testsOf("fork"), testsOf("kernel")],
  fork: [testsOf("kernel")],
};

export const suitesOf = ({ package: pkg }: Fault): readonly Suite[] => [
  testsOf(pkg),
  ...(USERS[pkg] ?? []),
];
