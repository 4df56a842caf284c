/**
 * The house rules as data: which package stands on which level, and which exceptions there are.
 *
 * A name here is the folder under packages/ or apps/. A package without a line here fails the
 * check, so nobody can add one without saying where it stands.
 */

/** Packages of one level never import each other; every import goes to a lower level. */
export const LEVELS: Readonly<Record<string, number>> = {
  abi: 0,
  events: 0,
  interleave: 0,
  sync: 0,
  counters: 1,
  "page-table": 1,
  procfs: 1,
  rmap: 1,
  swap: 1,
  trace: 1,
  mm: 2,
  fork: 3,
  kernel: 4,
  explore: 6,
  fuzz: 6,
  predict: 6,
  live: 6,
  picture: 5,
  scenario: 5,
  cli: 7,
  playground: 7,
  site: 7,
};

/** Stand beside the levels. Tests may import them; of the sources, only an app's may. */
export const BESIDE: ReadonlySet<string> = new Set([
  "acceptance",
  "capture",
  "config",
  "conform",
  "conformance",
  "recordings",
  "test-world",
]);

/** Stand beside the levels, and their sources may import from any of them. */
export const BESIDE_ON_LEVELS: ReadonlySet<string> = new Set(["capture", "conform", "test-world"]);

/** Built up to this level: imported by tests from there up, and itself importing nothing above. */
export const BESIDE_AT: Readonly<Record<string, number>> = { "test-world": 2 };

/** `from to`: edges inside one level that are allowed all the same. */
export const EXTRA_EDGES: ReadonlySet<string> = new Set(["events sync", "sync abi"]);

/**
 * Rooms: the folders of a package's `src`, and which level each has there. Folders of one level
 * never import each other. `index.ts` is above all of them; `types.ts` is below.
 */
export const FOLDER_LEVELS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  mm: {
    "values.ts": -1,
    machine: 1,
    page: 2,
    huge: 3,
    area: 4,
    copy: 5,
    zap: 5,
    fault: 5,
    reclaim: 5,
    space: 6,
    sweep: 7,
    call: 8,
    rules: 9,
  },
  fork: { "values.ts": -1, task: 1, memory: 2, clone: 3, exit: 3, exec: 4, rules: 5 },
  predict: { load: 1, read: 2, levels: 3, cost: 3, predict: 4 },
  scenario: {
    defects: 1,
    examples: 1,
    format: 1,
    world: 2,
    facts: 3,
    verbs: 3,
    story: 4,
    parse: 5,
    run: 5,
    kernels: 6,
  },
};

/** Packages up to this level depend on nothing from outside the workspace. */
export const NO_OUTSIDE_DEPENDENCY_UP_TO = 4;

/** Packages whose exported functions name their kernel counterpart. */
export const KERNEL_PACKAGES: ReadonlySet<string> = new Set([
  "sync",
  "events",
  "counters",
  "page-table",
  "swap",
  "rmap",
  "mm",
  "fork",
  "kernel",
]);

/** Source files that may use host globals and Node modules, as paths from the root. */
export const HOST_ALLOWED: readonly RegExp[] = [
  /^apps\//,
  /^packages\/acceptance\//,
  /^packages\/capture\//,
  /^packages\/config\//,
  /^packages\/live\//,
];

/** Where single Node modules are allowed, and which: a loader reads the data beside it. */
export const NODE_MODULES_ALLOWED: ReadonlyArray<{ path: RegExp; modules: readonly string[] }> = [
  { path: /^packages\/conformance\/src\/data\.ts$/, modules: ["node:fs"] },
  { path: /^packages\/recordings\/src\//, modules: ["node:fs", "node:zlib"] },
];

/** Values that only a host has, or that make a run differ from the last one. */
export const HOST_GLOBALS: ReadonlySet<string> = new Set([
  "Buffer",
  "Date",
  "WebSocket",
  "XMLHttpRequest",
  "__dirname",
  "__filename",
  "cancelAnimationFrame",
  "clearImmediate",
  "clearInterval",
  "clearTimeout",
  "console",
  "crypto",
  "document",
  "fetch",
  "global",
  "globalThis",
  "indexedDB",
  "localStorage",
  "navigator",
  "performance",
  "process",
  "queueMicrotask",
  "requestAnimationFrame",
  "require",
  "self",
  "sessionStorage",
  "setImmediate",
  "setInterval",
  "setTimeout",
  "window",
]);

export const COLUMNS = 100;
export const FILE_LINES_WARN = 200;
export const FILE_LINES_MAX = 400;
export const FUNCTION_LINES_MAX = 60;
