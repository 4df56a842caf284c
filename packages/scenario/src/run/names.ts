/** The names of a scenario, and what they stand for while it runs. */
import { stateOf, type TaskWord } from "../world/who.ts";
import type { World } from "../world/world.ts";

export interface NamedMapping {
  readonly name: string;
  /** Bytes. */
  readonly start: number;
  readonly pages: number;
}

/** A name of the scenario, and what it stands for now. */
export interface NamedProcess {
  readonly name: string;
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
