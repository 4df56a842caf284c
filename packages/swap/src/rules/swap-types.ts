/**
 * Which type numbers are not swap areas (M26.2). They stand at the top of the 32, in this order,
 * and what a build leaves out moves those below it up:
 *
 *    areas | hwpoison | migration | device memory | marker | swap-in error
 *
 *    since    hwpoison   migration   device   marker   error   areas left
 *    el6      1          2           -        -        -       29
 *    rhel7    1          2           2        -        -       27
 *    v4.4     1          2           -        -        -       29
 *    v4.14    1          2           2        -        -       27
 *    v5.14    1          2           4        -        -       25
 *    v5.19    1          3           4        1        1       22
 *    v6.12    1          3           4        1        -       23
 *    v6.18    1          3           3        1        -       24
 *
 * Migration is read and write; of three, the one between is read-exclusive.
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";
import { MAX_SWAPFILES } from "../entry.ts";

/** Options of a build that types depend on. */
export interface SwapBuild {
  /** CONFIG_MEMORY_FAILURE; by default on. */
  readonly memoryFailure?: boolean;
  /** CONFIG_DEVICE_PRIVATE; by default on. */
  readonly devicePrivate?: boolean;
}

/** Type numbers; NO_TYPE for what the build does not have. */
export interface SwapTypes {
  /** Types below this are swap areas. @kernel MAX_SWAPFILES in include/linux/swap.h */
  readonly maxSwapfiles: number;
  /** The page is damaged. */
  readonly hwpoison: number;
  /** A page that was not writable is being moved. */
  readonly migrationRead: number;
  /** One that was not writable, and one process's alone, is being moved. */
  readonly migrationReadExclusive: number;
  /** A page that was writable is being moved. */
  readonly migrationWrite: number;
  /** The offset is a marker. */
  readonly marker: number;
}

/**
 * Stands for a type that a build lacks.
 * @modelOnly the kernel has no number for it
 */
export const NO_TYPE = -1;

/**
 * The type numbers of a build.
 * @kernel SWP_* in include/linux/swap.h
 */
export type TypesOf = (config: SwapBuild) => SwapTypes;

/** How many types each kind takes, with everything built in. */
interface TypeCounts {
  readonly migration: 2 | 3;
  readonly device: number;
  readonly marker: 0 | 1;
  readonly error: 0 | 1;
}

/** Values of five bits. */
const TYPES = 32;

const fromTop =
  ({ migration, device, marker, error }: TypeCounts): TypesOf =>
  ({ memoryFailure = true, devicePrivate = true }) => {
    const poisons = memoryFailure ? 1 : 0;
    const devices = devicePrivate ? device : 0;
    const areas = TYPES - error - marker - devices - migration - poisons;
    const migrationRead = areas + poisons;
    const migrationWrite = migrationRead + migration - 1;
    return {
      // The model's own words have a type for poison on every build, and none for a 30th area.
      maxSwapfiles: Math.min(areas, MAX_SWAPFILES),
      hwpoison: memoryFailure ? areas : NO_TYPE,
      migrationRead,
      migrationReadExclusive: migration === 3 ? migrationRead + 1 : NO_TYPE,
      migrationWrite,
      marker: marker === 1 ? migrationWrite + 1 + devices : NO_TYPE,
    };
  };

const EL6 = fromTop({ migration: 2, device: 0, marker: 0, error: 0 });
const WITH_DEVICES = fromTop({ migration: 2, device: 2, marker: 0, error: 0 });

export const swapTypes: Rule<TypesOf> = {
  decides: "which type numbers are not swap areas",
  answers: [
    { since: "el6", does: "29 is poison, 30 and 31 migration", by: EL6, source: "SPEC §3.1" },
    { since: "rhel7", does: "two more for device memory", by: WITH_DEVICES, source: "M26.2" },
    { since: "v4.4", does: "none for device memory", by: EL6, source: "M26.2" },
    { since: "v4.14", does: "two for device memory", by: WITH_DEVICES, source: "M26.2" },
    {
      since: "v5.14",
      does: "four for device memory",
      by: fromTop({ migration: 2, device: 4, marker: 0, error: 0 }),
      source: "M26.2",
    },
    {
      since: "v5.19",
      does: "readable exclusive migration, markers, swap-in errors",
      by: fromTop({ migration: 3, device: 4, marker: 1, error: 1 }),
      source: "M26.2",
    },
    {
      since: "v6.12",
      does: "no swap-in errors",
      by: fromTop({ migration: 3, device: 4, marker: 1, error: 0 }),
      source: "M26.2",
      first: "6.2",
    },
    {
      since: "v6.18",
      does: "three for device memory",
      by: fromTop({ migration: 3, device: 3, marker: 1, error: 0 }),
      source: "L2/2",
    },
  ],
  read: [...M26_COLUMNS, "v5.4", "v5.10", "v5.19"],
};
