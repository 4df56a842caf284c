/** What changed and which locks were taken, one line for each sort of thing. */
import { hexByte } from "@forkpath/abi";
import type { ForkPicture, LockUse, PageChange, PageCounts, SlotChange } from "@forkpath/picture";
import type { Colors } from "../terminal.ts";

const COUNT_WIDTH = 4;
const NAME_WIDTH = 26;

const PAGES: Readonly<Record<PageChange["sort"], string>> = {
  zero: "zero page",
  migrating: "pages under migration",
  anon: "anonymous pages",
  file: "pages of files",
};

/** What did not change is told too, and stands back. */
export const drawChanges = ({ pages, slots }: ForkPicture, colors: Colors): string[] => [
  ...pages.map((change) => changeLine(change, PAGES[change.sort], countsText, colors)),
  ...slots.map((change) => changeLine(change, "swap slots", mapText, colors)),
];

function changeLine<Shown extends PageChange | SlotChange>(
  { count, before, after, isChanged }: Shown,
  what: string,
  textOf: (state: Shown["before"]) => string,
  colors: Colors,
): string {
  const label = labelOf(count, what);
  return isChanged
    ? `${label}${textOf(before)} ${colors.dim("→")} ${colors.yellow(textOf(after))}`
    : colors.dim(`${label}${textOf(before)}, unchanged`);
}

const countsText = ({ references, mappings }: PageCounts): string =>
  `references ${references}, mappings ${mappings}`;

const mapText = ({ map }: SlotChange["before"]): string => `map ${hexByte(map)}`;

export const drawLocks = ({ locks, held }: ForkPicture, colors: Colors): string[] => [
  ...locks.map(
    (use) => `${labelOf(use.times, lockText(use))}${colors.dim(`in ${use.where.join(", ")}`)}`,
  ),
  labelOf(held, "held now").trimEnd(),
];

/** Classes of which there are many locks. */
const LOCKS: Readonly<Record<string, string>> = {
  pte_lock: "PTE locks",
  i_mmap_lock: "i_mmap_lock of files",
  anon_vma: "anon_vma locks",
};

function lockText({ whose, lock }: LockUse): string {
  const name = LOCKS[lock] ?? lock;
  return whose === null ? name : `${whose}'s ${name}`;
}

const labelOf = (count: number, what: string): string =>
  `${`${count}`.padStart(COUNT_WIDTH)}  ${what.padEnd(NAME_WIDTH)}`;
