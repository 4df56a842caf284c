/**
 * The rules for holding several locks at once, whatever their kind: none is taken twice, and two of
 * one class nest only with rising levels.
 */
import { InvariantError } from "./invariant.ts";
import type { HeldLock, Sync } from "./sync.ts";

/**
 * Checks what lockdep would before `lock` is taken by the running thread.
 * @throws InvariantError for a lock taken twice, or nested in its class without a rising level
 * @modelOnly lockdep's held-lock rules, without its graph of classes
 */
export function checkNesting(sync: Sync, lock: HeldLock, subclass: number, where: string): void {
  const { held } = sync.current;
  for (let i = 0; i < held.length; i++) {
    if (held[i] === lock) throw takenTwice(lock, where);
    if (held[i].lockClass === lock.lockClass && held[i].subclass >= subclass) {
      throw wrongOrder(held[i], lock, subclass, where);
    }
  }
}

const takenTwice = (lock: HeldLock, where: string): InvariantError =>
  new InvariantError(
    "lock-taken-twice",
    `${where} takes ${lock.name}, which ${lock.where} took already`,
  );

const wrongOrder = (
  held: HeldLock,
  lock: HeldLock,
  subclass: number,
  where: string,
): InvariantError =>
  new InvariantError(
    "lock-order",
    `${where} takes ${lock.name} (level ${subclass}) inside ${held.name} (level ` +
      `${held.subclass}) of ${held.where}, and both are of class ${lock.lockClass}`,
  );
