/** The memory cgroup of a process, level by level up to the root. */
import { dirname, join } from "node:path";
import type { CaptureInfo, CgroupLevel } from "@forkpath/procfs";
import { readText } from "./read-file.ts";

type Cgroup = CaptureInfo["cgroup"];

const V2_FILES = [
  "memory.max",
  "memory.high",
  "memory.current",
  "memory.min",
  "memory.low",
  "memory.swap.max",
  "memory.swap.current",
  "memory.stat",
  "memory.events",
  "pids.max",
  "pids.current",
];
const V1_FILES = [
  "memory.limit_in_bytes",
  "memory.usage_in_bytes",
  "memory.memsw.limit_in_bytes",
  "memory.memsw.usage_in_bytes",
  "memory.stat",
];

/** Null where no memory controller looks after the process, or its files cannot be read. */
export function readCgroup(pid: number): Cgroup {
  const lines = (readText(`/proc/${pid}/cgroup`) ?? "").split("\n").map((line) => line.split(":"));
  const old = lines.find(([, controllers]) => controllers?.split(",").includes("memory"));
  const unified = lines.find(([hierarchy]) => hierarchy === "0");
  const found = old ?? unified;
  if (found === undefined) return null;
  const mount = mountOf(old !== undefined);
  const path = found.slice(2).join(":");
  if (mount === null || !path.startsWith("/") || path.split("/").includes("..")) return null;
  const levels = levelsOf(mount, path, old === undefined ? V2_FILES : V1_FILES);
  return levels.length === 0 ? null : { version: old === undefined ? 2 : 1, levels };
}

/** The innermost first. A level without files, such as the root of version 2, is left out. */
function levelsOf(mount: string, innermost: string, names: readonly string[]): CgroupLevel[] {
  const levels: CgroupLevel[] = [];
  for (let path = innermost; ; path = dirname(path)) {
    const files: Record<string, string> = {};
    for (const name of names) {
      const text = readText(join(mount, path, name));
      if (text !== null) files[name] = text;
    }
    if (Object.keys(files).length > 0) levels.push({ path, files });
    if (path === "/") return levels;
  }
}

/** `36 25 0:31 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw`: where a hierarchy is mounted. */
function mountOf(isOld: boolean): string | null {
  for (const line of (readText("/proc/self/mountinfo") ?? "").split("\n")) {
    const [front, back = ""] = line.split(" - ");
    const [type, , options = ""] = back.split(" ");
    const isIt = isOld
      ? type === "cgroup" && options.split(",").includes("memory")
      : type === "cgroup2";
    if (isIt) return front.split(" ")[4];
  }
  return null;
}
