/**
 * What must hold, as data: a subject, one fact about it, and what is wanted.
 *
 *    - { process: worker1, VmRSS: 64 MB }               one expectation
 *    - { page: worker1 heap 0, mapcount: 2, refcount: 2 }    two
 *    - { sum: Pss, of: all, is: at most 70 MB }
 */
import type {
  FileFact,
  MachineFact,
  MappingFact,
  PageFact,
  ProcessFact,
  ReapedFact,
} from "./facts.ts";
import type { Place } from "./place.ts";
import type { Position } from "./position.ts";
import type { Wanted } from "./wanted.ts";

/** What is looked at. Process names may end in `*`, for all that begin so; `all` is everyone. */
export type Observation =
  | { readonly subject: "process"; readonly process: string; readonly fact: ProcessFact }
  | { readonly subject: "mapping"; readonly place: Place; readonly fact: MappingFact }
  | {
      readonly subject: "page";
      /** Each of its pages must be so. */
      readonly place: Place;
      readonly fact: PageFact;
      /** The page to compare with, for facts about two. */
      readonly other: Place | null;
    }
  | { readonly subject: "file"; readonly path: string; readonly fact: FileFact }
  | { readonly subject: "machine"; readonly fact: MachineFact }
  | { readonly subject: "sum"; readonly of: readonly string[]; readonly fact: ProcessFact }
  | { readonly subject: "reaped"; readonly process: string; readonly fact: ReapedFact }
  /** How many events of the step had this kind, and these fields. */
  | {
      readonly subject: "events";
      readonly kind: string;
      readonly fields: ReadonlyMap<string, string>;
    }
  /** The recount: `clean`, or the rule of one mismatch at least. */
  | { readonly subject: "check" };

export interface Expectation {
  readonly observation: Observation;
  readonly wanted: Wanted;
  readonly at: Position;
}
