/**
 * Which frame of the model stands for a frame of the machine, where several entries may map it.
 *
 * The model numbers its frames in the order of loading, so that its columns are as long as the
 * process is large and not as the machine is. Frames of one entry need no name.
 */

/** Frames whose names stand together. */
const BLOCK = 4096;

export interface FrameNames {
  /** By frame number divided by BLOCK: the frames of the model, 0 where there is none yet. */
  readonly blocks: Map<number, Int32Array>;
}

export const createFrameNames = (): FrameNames => ({ blocks: new Map() });

/** The frame of the model that stands for `pfn`; 0 where none does. */
export const frameNamed = ({ blocks }: FrameNames, pfn: number): number =>
  blocks.get(Math.floor(pfn / BLOCK))?.[pfn % BLOCK] ?? 0;

export function nameFrame({ blocks }: FrameNames, pfn: number, frame: number): void {
  const key = Math.floor(pfn / BLOCK);
  const block = blocks.get(key) ?? new Int32Array(BLOCK);
  block[pfn % BLOCK] = frame;
  blocks.set(key, block);
}
