/** The file behind a mapping: opened, and made if it is new, as long as the mapping needs. */
import type { MmapOptions } from "@forkpath/kernel";
import { filemapVmOps, type MappedFile } from "@forkpath/mm";
import type { MappingSpec } from "../format/mapping.ts";
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
    ...(spec.kind === "device" ? { accountsDirty: false } : {}),
  });
  if (spec.fileSizePages === null && open.file.sizePages < needed) open.file.sizePages = needed;
  if (spec.kind === "device" && isNew) makeDevice(world, path, open.file);
  return { open };
}

/** By default each process has a file of its own. */
function pathOf({ kind, file }: MappingSpec, process: string, name: string): string | null {
  switch (kind) {
    case "file":
    case "shared-file":
      return file ?? `/data/${process}/${name}`;
    case "device":
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
