/** What every kind of call of a history looks like. */
import type { Outcome } from "./outcome.ts";
import type { Subject, World } from "./world.ts";

/** One line of a history, taken apart: `A mmap R0 anon 64 rw` has the verb mmap and four words. */
export interface Line {
  readonly actor: string;
  readonly verb: string;
  readonly words: readonly string[];
}

/** Does what the line says. @throws NotModelled where the model cannot do it yet */
export type Call = (world: World, who: Subject, words: readonly string[]) => Outcome;
/** The same for what nobody in particular does: lines that begin with `-`. */
export type MachineCall = (world: World, words: readonly string[]) => Outcome;

export function parseLine(text: string): Line {
  const [actor, verb, ...words] = text.split(" ");
  return { actor, verb, words };
}
