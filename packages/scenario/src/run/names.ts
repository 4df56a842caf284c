/** The names of a scenario, and what they stand for while it runs. */
import { stateOf, type TaskWord } from "../world/who.ts";
import type { World } from "../world/world.ts";

/** A mapping by the name that the scenario gives it. */
export interface NamedMapping {
  /** The name. */
  readonly name: string;
  /** Bytes. */
  readonly start: number;
  /** Its length. */
  readonly pages: number;
}

/** A name of the scenario, and what it stands for now. */
export interface NamedProcess {
  /** The name. */
  readonly name: string;
  /** The pid that it stands for. */
  readonly pid: number;
  /** Once it is gone, another task may have its pid. */
  readonly state: TaskWord;
  /** Where its mappings were put. They may be gone since, or in pieces. */
  readonly mappings: readonly NamedMapping[];
}

/** Every name so far, in the order in which they were given. */
export const namesOf = (world: World): NamedProcess[] =>
  [...world.processes.keys()].map((name) => namedProcess(world, name));

function namedProcess(world: World, name: string): NamedProcess {
  const process = world.processes.get(name)!;
  const { pid, space } = process;
  const mappings = [...space.mappings].map(([mapping, { start, pages }]) => ({
    name: mapping,
    start,
    pages,
  }));
  return { name, pid, state: stateOf(world, process), mappings };
}
