/**
 * The state of a machine as a tree of files like /proc, for tools that can be pointed at one. Some
 * want the tree itself, and some a root that has one: so `proc` in it leads to the tree again.
 */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TaskStruct } from "@forkpath/fork";
import type { Kernel } from "@forkpath/kernel";
import {
  bytesOf,
  layoutsOf,
  printMaps,
  printSmaps,
  printStat,
  printStatm,
  printStatus,
} from "@forkpath/procfs";
import { modelAreas } from "./model-areas.ts";
import { machineFiles } from "./model-machine.ts";
import { modelStat, modelStatm, modelStatus } from "./model-status.ts";
import { writePagemap } from "./pagemap-file.ts";

/**
 * Fills `directory`, which is there and empty.
 * @param names of processes, for their command lines; by default the name of the program
 * @returns the processes that it shows
 */
export function writeTree(
  directory: string,
  kernel: Kernel,
  names: ReadonlyMap<number, string>,
  hasPagemap: boolean,
): number[] {
  writeFiles(directory, machineFiles(kernel));
  symlinkSync(".", join(directory, "proc"));
  const leaders = [...kernel.machine.fork.tasks.values()].filter(({ pid, tgid }) => pid === tgid);
  for (const task of leaders) {
    const folder = join(directory, String(task.pid));
    mkdirSync(folder);
    writeFiles(folder, processFiles(kernel, task, names.get(task.pid) ?? task.comm));
    if (hasPagemap && task.mm !== null) writePagemap(join(folder, "pagemap"), kernel, task.pid);
  }
  return leaders.map(({ pid }) => pid);
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(folder, name), bytesOf(text));
}

/** Without memory, the files about it are empty, as those of a zombie are. */
function processFiles(kernel: Kernel, task: TaskStruct, name: string): Record<string, string> {
  const { machine } = kernel;
  const { comm, mm } = task;
  const files: Record<string, string> = {
    status: printStatus(modelStatus(machine, task)),
    statm: printStatm(modelStatm(machine, mm)),
    stat: printStat(modelStat(machine, task)),
    comm: `${comm}\n`,
    cmdline: mm === null ? "" : `${name}\0`,
    maps: "",
    smaps: "",
  };
  if (mm === null) return files;
  const { maps, smaps, rollup } = modelAreas(kernel, task.pid, mm);
  const short = layoutsOf(machine.profile.kernel).smapsShort;
  files.maps = printMaps(maps);
  files.smaps = printSmaps(smaps, short);
  if (rollup !== null) files.smaps_rollup = printSmaps([rollup], short);
  return files;
}
