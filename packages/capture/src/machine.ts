/** What the machine is, as far as it decides about a fork. */
import { cpus } from "node:os";
import { type CaptureInfo, MACHINE_SETTINGS } from "@forkpath/procfs";
import { readNumber, readText } from "./read-file.ts";

type MachineInfo = Pick<CaptureInfo, "release" | "cpus" | "vm" | "thp" | "shmemDevices">;

export function readMachine(pid: number): MachineInfo {
  const vm: Record<string, number> = {};
  for (const [name, folder] of Object.entries(MACHINE_SETTINGS)) {
    const value = readNumber(`/proc/sys/${folder}/${name}`);
    if (value !== null) vm[name] = value;
  }
  const thp = readText("/sys/kernel/mm/transparent_hugepage/enabled");
  return {
    release: readText("/proc/sys/kernel/osrelease"),
    cpus: cpus().length || null,
    vm,
    thp: thp === null ? null : (/\[(\w+)\]/.exec(thp)?.[1] ?? null),
    shmemDevices: readShmemDevices(pid),
  };
}

/** `0:25` in decimal is `00:19` in maps. */
function readShmemDevices(pid: number): string[] | null {
  const mounts = readText(`/proc/${pid}/mountinfo`);
  if (mounts === null) return null;
  const devices = mounts.split("\n").flatMap((line) => {
    const [front, back = ""] = line.split(" - ");
    if (back.split(" ")[0] !== "tmpfs") return [];
    const parts = (front.split(" ")[2] ?? "").split(":").map(Number);
    return [parts.map((part) => part.toString(16).padStart(2, "0")).join(":")];
  });
  return [...new Set(devices)].sort();
}
