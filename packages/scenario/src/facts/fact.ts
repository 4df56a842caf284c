/** A fact, whole in one object: its unit, what it is, and how it is read. */
import type { FactUnit, FactValue } from "../format/wanted.ts";
import type { World } from "../world/world.ts";

/** @typeParam Of what it is a fact about: a process, a page */
export interface Fact<Of> {
  readonly unit: FactUnit;
  /** What an editor shows beside its key. */
  readonly about: string;
  /** Whether each task has it for itself; by default all tasks of one address space share it. */
  readonly isOfTask?: boolean;
  /** @throws CannotRun where there is none */
  read(world: World, of: Of): FactValue;
}

/** The facts about one subject, by the key that asks for them. */
export type Facts<Of> = Readonly<Record<string, Fact<Of>>>;

export const defineFact = <Of>(
  unit: FactUnit,
  about: string,
  read: Fact<Of>["read"],
): Fact<Of> => ({ unit, about, read });

/**
 * Facts of one unit that are all read in one way, by their keys.
 * @param about what each of them is
 */
export const factsOf = <Of, Key extends string>(
  unit: FactUnit,
  readerOf: (key: NoInfer<Key>) => Fact<Of>["read"],
  about: Readonly<Record<Key, string>>,
): Facts<Of> => {
  const keys = Object.keys(about) as Key[];
  return Object.fromEntries(keys.map((key) => [key, defineFact(unit, about[key], readerOf(key))]));
};

/** A fact that each task has for itself. */
export const ofEachTask = <Of>(fact: Fact<Of>): Fact<Of> => ({ ...fact, isOfTask: true });
