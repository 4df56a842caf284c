/**
 * Numbers that a recount rightly finds wrong, and that are no fault of the model. By how much a
 * number is off, its drift, may change only in a step with a cause, there before it or after it:
 *
 *    _file_rss, _anon_rss   of an address space with migration entries: D3
 *    _swap_usage            of an address space with entries of frames that went bad: D4
 *    vm_committed_as        upwards only, with a stack that is charged for what it grows by, and
 *                           that is not VM_ACCOUNT: nobody gives that back (SPEC §5.12)
 *
 * Without a cause it stays as it is, up to the end of the address space. The last one passes:
 *
 *    count of a frame       too high while a call waits for some page: it is inside the kernel,
 *                           and holds references of its own
 *
 * While a call waits half-way, a fork for the semaphore of its parent or an exec for its other
 * threads, nothing is reported: what is wrong then and stays so is found when it has gone on.
 */
import { VmFlag } from "@forkpath/abi";
import type { Kernel, Machine } from "@forkpath/kernel";
import type { MmStruct } from "@forkpath/mm";
import { forEachPte, isPteFile, isPtePresent } from "@forkpath/page-table";
import { PageFlag } from "@forkpath/rmap";
import { isHwpoisonEntry, isMigrationEntry } from "@forkpath/swap";

export interface KnownDrift {
  /** To be called with what a recount found after each step. @returns what no rule allows */
  unexplained(lines: readonly string[]): readonly string[];
}

/** A machine has these until something changes. */
interface Causes {
  /** Names of address spaces with migration entries. */
  readonly migrating: ReadonlySet<string>;
  /** Names of address spaces with entries of frames that went bad. */
  readonly poisoned: ReadonlySet<string>;
  readonly hasUnaccountedStack: boolean;
  readonly isPageAwaited: boolean;
  /** A call waits for something else than a page, a vfork child or a child's end. */
  readonly isHalfWay: boolean;
}

interface Mismatch {
  /** `mm2._anon_rss`, `page 0x4` */
  readonly what: string;
  /** What counts or is counted by, before the counter's name: `mm2`. */
  readonly owner: string;
  readonly drift: number;
}

interface Rule {
  readonly line: RegExp;
  /** Whether the drift of `owner` may change by so much. */
  isAllowed(causes: Causes, owner: string, change: number): boolean;
  /** Whether it must be gone when its cause is. */
  readonly isPassing: boolean;
}

/** Each line has groups `what`, `owner`, `kept` and `counted`. */
const RULES: readonly Rule[] = [
  {
    line: /(?<what>(?<owner>\w+)\._(file|anon)_rss): (?<kept>-?\d+), but .* hold (?<counted>\d+)$/,
    isAllowed: ({ migrating }, owner) => migrating.has(owner),
    isPassing: false,
  },
  {
    line: /(?<what>(?<owner>\w+)\._swap_usage): (?<kept>-?\d+), but .* hold (?<counted>\d+)$/,
    isAllowed: ({ poisoned }, owner) => poisoned.has(owner),
    isPassing: false,
  },
  {
    line: /^(?<owner>I12): (?<what>\w+) is (?<kept>-?\d+), but (?<counted>\d+) pages are charged$/,
    isAllowed: ({ hasUnaccountedStack }, _owner, change) => hasUnaccountedStack && change > 0,
    isPassing: false,
  },
  {
    line: /^(?<owner>I5): (?<what>page \w+): count (?<kept>\d+), but (?<counted>\d+) references/,
    isAllowed: ({ isPageAwaited }, _owner, change) => isPageAwaited && change > 0,
    isPassing: true,
  },
];

export function createKnownDrift(kernel: Kernel): KnownDrift {
  let drifts: Drifts = new Map();
  let before = findCauses(kernel);
  return {
    unexplained(lines) {
      const causes = [before, findCauses(kernel)] as const;
      before = causes[1];
      const explained: Map<string, number> = new Map();
      const strange = lines.filter((line) => !isExplained(line, causes, drifts, explained));
      drifts = before.isHalfWay ? new Map([...drifts, ...explained]) : explained;
      return before.isHalfWay ? [] : strange;
    },
  };
}

/** How much each number was off when it was looked at last; what is right has none. */
type Drifts = ReadonlyMap<string, number>;

/** Adds the drift to `explained` if it is one that stays. */
function isExplained(
  line: string,
  causes: readonly [before: Causes, after: Causes],
  drifts: Drifts,
  explained: Map<string, number>,
): boolean {
  const rule = RULES.find((one) => one.line.test(line));
  if (rule === undefined) return false;
  const { what, owner, drift } = parseMismatch(rule.line, line);
  if (rule.isPassing) return rule.isAllowed(causes[1], owner, drift);
  const change = drift - (drifts.get(what) ?? 0);
  if (change !== 0 && !causes.some((one) => rule.isAllowed(one, owner, change))) return false;
  explained.set(what, drift);
  return true;
}

function parseMismatch(pattern: RegExp, line: string): Mismatch {
  const { what = "", owner = "", kept, counted } = pattern.exec(line)?.groups ?? {};
  return { what, owner, drift: Number(kept) - Number(counted) };
}

function findCauses({ machine }: Kernel): Causes {
  const { fork, mm: env, waiting } = machine;
  const mms = new Set<MmStruct>();
  for (const { mm } of fork.tasks.values()) if (mm !== null) mms.add(mm);
  const awaited = [...waiting.values()].map(({ waitsFor }) => waitsFor);
  return {
    ...findSpecialEntries(machine, mms),
    hasUnaccountedStack: [...mms].some(hasUnaccountedStack),
    isPageAwaited: awaited.some(({ object }) => object === env.map),
    isHalfWay: awaited.some(({ label }) => !/^(page|vfork_done of|children of) /.test(label)),
  };
}

/** Walks only where there can be such an entry: a walk costs as much as the rest of a step. */
function findSpecialEntries(
  { migrations, mm: { map, tables } }: Machine,
  mms: Iterable<MmStruct>,
): Pick<Causes, "migrating" | "poisoned"> {
  const migrating = new Set<string>();
  const poisoned = new Set<string>();
  const isAnyBad = map.flags.some((flags) => (flags & PageFlag.HWPOISON) !== 0);
  if (migrations.length === 0 && !isAnyBad) return { migrating, poisoned };
  for (const { name, pgd } of mms) {
    forEachPte(tables, pgd, (_addr, _cell, low) => {
      if (isPtePresent(low) || isPteFile(low)) return;
      if (isMigrationEntry(low)) migrating.add(name);
      else if (isHwpoisonEntry(low)) poisoned.add(name);
    });
  }
  return { migrating, poisoned };
}

const hasUnaccountedStack = ({ vmas }: MmStruct): boolean =>
  vmas.some(({ flags }) => (flags & (VmFlag.GROWSDOWN | VmFlag.ACCOUNT)) === VmFlag.GROWSDOWN);
