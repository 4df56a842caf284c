/** The file behind a mapping: opened, and made if it is new, as long as the mapping needs. */

import { pfn } from "@forkpath/abi";
import type { MmapOptions } from "@forkpath/kernel";
import type { MappedFile } from "@forkpath/mm";
import { filemapVmOps, remapPfnRange, vmInsertMixed, vmInsertPage } from "@forkpath/mm/internal";
import { type DriverKind, isDriverKind, type MappingSpec } from "../format/mapping.ts";
import type { LiveProcess, World } from "./world.ts";

/** What mmap gets besides: nothing for anonymous memory. */
export function openBacking(
  world: World,
  { name: process }: LiveProcess,
  name: string,
  spec: MappingSpec,
): Pick<MmapOptions, "open"> {
  const path = pathOf(spec, process, name);
  if (path === null) return {};
  const isNew = !world.kernel.machine.files.has(path);
  const needed = spec.fileSizePages ?? spec.offsetPages + spec.sizePages;
  const open = world.kernel.openFile(path, {
    sizePages: needed,
    isShmem: spec.kind === "shmem",
    isWritable: !spec.openedReadOnly,
    ...(spec.kind === "device" || isDriverKind(spec.kind) ? { accountsDirty: false } : {}),
  });
  if (spec.fileSizePages === null && open.file.sizePages < needed) open.file.sizePages = needed;
  if (spec.kind === "device" && isNew) makeDevice(world, path, open.file);
  if (isDriverKind(spec.kind)) open.file.mmap = driverMmap(world, spec.kind);
  return { open };
}

/** The file behind a mapping, as it is known before it is opened; null where there is none. */
export function backingOf(
  world: World,
  process: string,
  name: string,
  spec: MappingSpec,
): object | null {
  const path = pathOf(spec, process, name);
  return path === null ? null : fileAt(world, path);
}

/** A file that is not there yet goes by the table that it will be in. */
export const fileAt = ({ kernel: { machine } }: World, path: string): object =>
  machine.files.get(path) ?? machine.files;

/** By default each process has a file of its own. */
function pathOf({ kind, file }: MappingSpec, process: string, name: string): string | null {
  switch (kind) {
    case "file":
    case "shared-file":
      return file ?? `/data/${process}/${name}`;
    case "device":
    case "pfnmap":
    case "mixedmap":
    case "insertpage":
      return file ?? `/dev/${name}`;
    case "shmem":
      return file;
    default:
      return null;
  }
}

/** A driver whose areas are private pages of its file; it counts how often they open and close. */
function makeDevice(world: World, path: string, file: MappedFile): void {
  const calls = { opens: 0, closes: 0 };
  world.devices.set(path, calls);
  const ops = {
    ...filemapVmOps,
    open: () => {
      calls.opens++;
    },
    close: () => {
      calls.closes++;
    },
  };
  file.mmap = (vma) => {
    vma.ops = ops;
    return 0;
  };
}

/**
 * A driver that maps all of an area at once: frames behind the machine's memory, or its own pages.
 */
function driverMmap({ kernel }: World, kind: DriverKind): MappedFile["mmap"] {
  const env = kernel.machine.mm;
  return (vma) => {
    if (kind === "insertpage") {
      vma.ops = filemapVmOps;
      return vmInsertPage(env, vma);
    }
    const first = pfn(env.map.highestMemmapPfn + 1 + vma.pgoff);
    return kind === "pfnmap" ? remapPfnRange(env, vma, first) : vmInsertMixed(env, vma, first);
  };
}
