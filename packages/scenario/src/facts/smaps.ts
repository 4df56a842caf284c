/** Facts about what smaps adds up: of all memory of a process, or of some of it. */
import type { SmapsLine, SmapsSums } from "@forkpath/kernel";
import type { World } from "../world/world.ts";
import { type Facts, factsOf } from "./fact.ts";

/** What each line says. */
const ABOUT: Readonly<Record<SmapsLine, string>> = {
  Rss: "Pages of it in memory.",
  Pss: "The same, each page divided by how many map it.",
  Shared_Clean: "Mapped more than once, and clean.",
  Shared_Dirty: "Mapped more than once, and written to.",
  Private_Clean: "Mapped once, and clean.",
  Private_Dirty: "Mapped once, and written to.",
  Referenced: "Pages that were used, by their entries or by themselves.",
  Anonymous: "Pages that belong to no file.",
  AnonHugePages: "Huge pages.",
  Swap: "Entries that lead to no page: swapped, migrating or poisoned.",
};

/** A fact for each line. @param sumsOf adds up the smaps of what the facts are about */
export const smapsFacts = <Of>(sumsOf: (world: World, of: Of) => SmapsSums): Facts<Of> =>
  factsOf<Of, SmapsLine>("kB", (name) => (world, of) => BigInt(sumsOf(world, of)[name]), ABOUT);
