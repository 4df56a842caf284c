/** What fork changed beside the two address spaces, grouped by what changed alike. */
import type { PageView } from "@forkpath/kernel";
import type { TargetPicture } from "./picture.ts";

/** `count` things that looked like `before` and look like `after`; the same if nothing changed. */
export interface Change {
  readonly what: string;
  count: number;
  readonly before: string;
  readonly after: string;
}

/** References and mappings of the parent's pages. A page under migration is not mapped. */
export const pageChanges = (before: TargetPicture, after: TargetPicture): Change[] =>
  grouped(
    before.pages.map((page, index) => ({
      what: kindOf(page),
      before: countsOf(page),
      after: countsOf(after.pages[index]),
    })),
  );

/** Bytes of the swap map. */
export const slotChanges = (before: TargetPicture, after: TargetPicture): Change[] =>
  grouped(
    before.slots.map(({ byte }, index) => ({
      what: "swap slots",
      before: `map ${hexByte(byte)}`,
      after: `map ${hexByte(after.slots[index].byte)}`,
    })),
  );

function kindOf({ owner, mapcount, flags }: PageView): string {
  if (flags.includes("RESERVED")) return "zero page";
  if (mapcount === 0) return "pages under migration";
  return owner.kind === "anon" ? "anonymous pages" : "pages of files";
}

const countsOf = ({ count, mapcount }: PageView): string =>
  `references ${count}, mappings ${mapcount}`;

const hexByte = (byte: number): string => `0x${byte.toString(16).padStart(2, "0")}`;

function grouped(facts: readonly Omit<Change, "count">[]): Change[] {
  const groups = new Map<string, Change>();
  for (const fact of facts) {
    const key = `${fact.what} ${fact.before} ${fact.after}`;
    const group = groups.get(key) ?? { ...fact, count: 0 };
    group.count++;
    groups.set(key, group);
  }
  return [...groups.values()];
}
