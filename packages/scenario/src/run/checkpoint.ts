/**
 * A world that goes back to an earlier step: what tries many things from one place does not begin
 * anew each time.
 */
import { type Compile, type Snapshot, takeSnapshot } from "@forkpath/kernel/internal";
import { invariant } from "@forkpath/sync";
import type { World } from "../world/world.ts";

export class Checkpoints {
  private readonly world: World;
  private readonly makeStep: (index: number) => void;
  private readonly compile: Compile | null;
  /** The world as it was before step `keptAt`. */
  private kept: Snapshot;
  private keptAt = 0;

  /**
   * @param world before its first step
   * @param makeStep makes one of its steps, counted from 0
   * @param compile as `takeSnapshot` has it
   */
  constructor(world: World, makeStep: (index: number) => void, compile: Compile | null = null) {
    const begin = checkpoint(world, compile);
    invariant(begin !== null, "world-begins", "a call hangs in a world that has made none");
    this.world = world;
    this.makeStep = makeStep;
    this.compile = compile;
    this.kept = begin;
  }

  /**
   * Takes the world to where it stands before step `index`, whatever was done to it since. Steps
   * after which a call hangs halfway are made again each time.
   */
  goTo(index: number): void {
    if (index < this.keptAt) throw new RangeError(`goTo: step ${index} is behind ${this.keptAt}`);
    this.kept.restore();
    if (index === this.keptAt) return;
    for (let step = this.keptAt; step < index; step++) this.makeStep(step);
    const here = checkpoint(this.world, this.compile);
    if (here === null) return;
    this.kept = here;
    this.keptAt = index;
  }
}

/** Null while a call of it hangs halfway, which cannot be rewound. */
const checkpoint = (world: World, compile: Compile | null): Snapshot | null =>
  world.paused === null ? takeSnapshot(world, compile) : null;
