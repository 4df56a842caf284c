/**
 * Holds a configuration against what each key may be, before anything is made of it. Whoever reads
 * one from a file gets a message with the key's name.
 */
import { expectInteger, KERNELS } from "@forkpath/abi";
import { Rlimit } from "@forkpath/fork";
import { Overcommit, ThpMode } from "@forkpath/mm";

const WHERE = "createKernel";

/** Says what is wrong with a value, if anything is. */
type Check = (key: string, value: unknown) => void;
type Checks = Readonly<Record<string, Check>>;

/** Frames fit a word with a sign; so does whatever counts them. */
const MOST_PAGES = 2 ** 31;
const MOST_INT = 2 ** 31 - 1;

const SWAP_CHECKS: Checks = {
  pages: integer(1, MOST_INT),
  prio: integer(0, 32_767),
  isSynchronous: oneOf([false, true]),
};

const OVERCOMMIT_CHECKS: Checks = {
  mode: oneOf(Object.values(Overcommit)),
  ratio: integer(0, MOST_INT),
  overcommitKb: integer(0, Number.MAX_SAFE_INTEGER),
  adminReserveKb: integer(0, Number.MAX_SAFE_INTEGER),
  userReserveKb: integer(0, Number.MAX_SAFE_INTEGER),
  totalReservePages: integer(0, MOST_PAGES),
  reclaimableSlabPages: integer(0, MOST_PAGES),
};

const LIMIT_CHECKS: Checks = Object.fromEntries(Object.values(Rlimit).map((key) => [key, limit]));

const CONFIG_CHECKS: Checks = {
  kernel: oneOf(KERNELS),
  rules: exchanges,
  nrCpus: integer(1, 4096),
  nrNodes: integer(1, 1024),
  splitPtlockCpus: integer(1, MOST_INT),
  memoryFailure: oneOf([false, true]),
  devicePrivate: oneOf([false, true]),
  preempt: oneOf([false, true]),
  transparentHugepage: oneOf(Object.values(ThpMode)),
  memoryPages: integer(2, MOST_PAGES),
  swap: checkSwapAreas,
  overcommit: object(OVERCOMMIT_CHECKS),
  maxThreads: integer(1, MOST_INT),
  pidMax: integer(2, 2 ** 22),
  maxMapCount: integer(0, MOST_INT),
  rlimits: object(LIMIT_CHECKS),
};

/**
 * A key that is there but undefined is as good as one that is not.
 * @throws RangeError or TypeError that names the first key that is unknown or out of range
 * @modelOnly input of the model
 */
export const checkConfig = (config: unknown): void => object(CONFIG_CHECKS)("config", config);

function object(checks: Checks): Check {
  return (name, value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new TypeError(`${WHERE}: ${name} must be an object, got ${String(value)}`);
    }
    for (const [key, one] of Object.entries(value)) {
      const path = name === "config" ? key : `${name}.${key}`;
      if (checks[key] === undefined) {
        throw new TypeError(
          `${WHERE}: ${name} must have keys of ${Object.keys(checks).join(", ")}, got ${key}`,
        );
      }
      if (one !== undefined) checks[key](path, one);
    }
  };
}

/** How many there may be, depends on the release: `resolveConfig` says. */
function checkSwapAreas(name: string, value: unknown): void {
  if (!Array.isArray(value)) {
    throw new TypeError(`${WHERE}: ${name} must be a list of areas, got ${String(value)}`);
  }
  for (const [index, area] of value.entries()) {
    const path = `${name}[${index}]`;
    object(SWAP_CHECKS)(path, area);
    if (area.pages === undefined) throw new TypeError(`${WHERE}: ${path} must have pages`);
  }
}

function integer(least: number, most: number): Check {
  return (name, value) => expectInteger(WHERE, name, value as number, least, most);
}

function oneOf(allowed: readonly unknown[]): Check {
  return (name, value) => {
    if (allowed.includes(value)) return;
    throw new TypeError(`${WHERE}: ${name} must be ${allowed.join(" or ")}, got ${String(value)}`);
  };
}

/** By the name of a rule, a kernel or `{ cures: D1 }`. The profile says which names there are. */
function exchanges(name: string, value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${WHERE}: ${name} must be an object, got ${String(value)}`);
  }
  for (const [rule, from] of Object.entries(value)) {
    const path = `${name}.${rule}`;
    if (typeof from === "object" && from !== null) object({ cures: text })(path, from);
    else oneOf(KERNELS)(path, from);
  }
}

function text(name: string, value: unknown): void {
  if (typeof value === "string") return;
  throw new TypeError(`${WHERE}: ${name} must be a text, got ${String(value)}`);
}

/** A soft limit: Infinity is none. */
function limit(name: string, value: unknown): void {
  if (value !== Number.POSITIVE_INFINITY) integer(0, Number.MAX_SAFE_INTEGER)(name, value);
}
