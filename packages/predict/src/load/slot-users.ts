/**
 * How many entries of all processes name each of an area's slots of swap. smaps tells only what
 * their shares add up to: so all slots have as many, but for some that have one less.
 */
import { PAGE_SIZE } from "@forkpath/abi";
import { SwapMap } from "@forkpath/swap";

/** A byte of a share has 12 binary places. */
const PAGE_SHARE = PAGE_SIZE * 2 ** 12;
const SHARE_PER_KB = 1024 * 2 ** 12;

interface SlotUsers {
  readonly users: number;
  /** How many of the slots have one less. */
  readonly less: number;
}

/**
 * @param pages slots of the area
 * @param shareKb what smaps shows as SwapPss; 0 where it was not read
 */
export function slotUsers(pages: number, shareKb: number): SlotUsers {
  if (pages === 0 || shareKb === 0) return { users: 1, less: 0 };
  let users = 1;
  while (users < MOST_USERS && allOf(pages, users) >= (shareKb + 1) * SHARE_PER_KB) users++;
  const missing = shareKb * SHARE_PER_KB - allOf(pages, users);
  if (missing <= 0 || users === 1) return { users, less: 0 };
  const more = allOf(1, users - 1) - allOf(1, users);
  return { users, less: Math.min(Math.ceil(missing / more), pages) };
}

/** What so many slots add, each with so many users. */
const allOf = (pages: number, users: number): number => pages * Math.floor(PAGE_SHARE / users);

/** More fit in no byte of a swap map, with those of the children that are to come. */
const MOST_USERS: number = SwapMap.MAX / 2;
