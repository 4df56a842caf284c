/**
 * The ring of address spaces that may hold swap entries, anchored at init_mm (SPEC §3.8).
 *
 * swapoff walks it to find who uses a slot; a child stands right behind its parent, so that one
 * walk meets both. Fork adds the child behind the parent without asking whether the parent is on
 * the ring: two mms that are not form a ring of their own, which swapoff never finds (D7).
 */
import { EventClass, emit } from "@forkpath/events";
import { type SpinLock, type Sync, spinUnlockNow, takeLeafLock } from "@forkpath/sync";

/** @kernel mmlist of struct mm_struct in include/linux/mm_types.h */
export interface MmListNode {
  /** The node before it; itself while it is on no ring. */
  prev: MmListNode;
  /** The node behind it; itself while it is on no ring. */
  next: MmListNode;
  /** Whose node it is; null for the anchor. Set once, by the mm that embeds the node. */
  mm: object | null;
  /** Name of the mm, for events. */
  readonly name: string;
}

/** The two fields of the swap state that a ring needs. */
export interface MmList {
  /** Guards the ring. */
  readonly mmlistLock: SpinLock;
  /** The anchor. */
  readonly initMm: MmListNode;
}

class RingNode implements MmListNode {
  prev: MmListNode = this;
  next: MmListNode = this;
  mm: object | null;
  readonly name: string;

  constructor(mm: object | null, name: string) {
    this.mm = mm;
    this.name = name;
  }
}

/**
 * A node on no ring: its own neighbour.
 * @kernel INIT_LIST_HEAD in include/linux/list.h
 */
export const createMmListNode = (mm: object | null, name: string): MmListNode =>
  new RingNode(mm, name);

/**
 * True when the node has neighbours, be it on the anchor's ring or on another one.
 * @kernel list_empty in include/linux/list.h
 */
export const isOnMmlist = (node: MmListNode): boolean => node.next !== node;

/**
 * Adds `node` behind `after`, unless somebody else added it meanwhile: callers test `isOnMmlist`
 * first, without the lock. Swap-out passes the anchor for `after`, fork the parent's node.
 * @param where the kernel function that adds it
 * @kernel the mmlist step of try_to_unmap_one in mm/rmap.c and of copy_one_pte in mm/memory.c
 */
export function mmlistAddAfter(
  sync: Sync,
  list: MmList,
  node: MmListNode,
  after: MmListNode,
  where: string,
): void {
  takeLeafLock(sync, list.mmlistLock, where);
  if (!isOnMmlist(node)) {
    node.prev = after;
    node.next = after.next;
    after.next.prev = node;
    after.next = node;
    if (sync.traced & EventClass.MM) emit(sync, { kind: "mmlist_add", mm: node.name });
  }
  spinUnlockNow(sync, list.mmlistLock, where);
}

/**
 * Takes the node off its ring, if it is on one.
 * @kernel the mmlist step of mmput in kernel/fork.c
 */
export function mmlistRemove(sync: Sync, list: MmList, node: MmListNode): void {
  if (!isOnMmlist(node)) return;
  takeLeafLock(sync, list.mmlistLock, "mmput");
  unlink(node);
  spinUnlockNow(sync, list.mmlistLock, "mmput");
}

/**
 * The nodes behind `start`, in the order in which swapoff meets them; `start` itself is left out.
 * @modelOnly swapoff walks with list_for_each
 */
export function mmlistFrom(start: MmListNode): MmListNode[] {
  const nodes: MmListNode[] = [];
  for (let node = start.next; node !== start; node = node.next) nodes.push(node);
  return nodes;
}

/**
 * Takes every mm off the anchor's ring; mms on a detached ring keep their neighbours.
 * @kernel the loop of drain_mmlist in mm/swapfile.c
 */
export function emptyMmlist(sync: Sync, list: MmList): void {
  takeLeafLock(sync, list.mmlistLock, "drain_mmlist");
  for (const node of mmlistFrom(list.initMm)) unlink(node);
  spinUnlockNow(sync, list.mmlistLock, "drain_mmlist");
}

function unlink(node: MmListNode): void {
  node.prev.next = node.next;
  node.next.prev = node.prev;
  node.prev = node;
  node.next = node;
}
