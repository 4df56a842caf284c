/** What an area of memory is, for a person who asks where the memory of a process lies. */
import type { SmapsArea } from "@forkpath/procfs";

/** In the order of a table. */
export const KINDS = [
  "heap",
  "anonymous memory",
  "stacks",
  "programs and libraries",
  "files mapped shared",
  "shared memory",
  "huge pages of hugetlbfs",
  "of the kernel",
] as const;
export type Kind = (typeof KINDS)[number];

/** Names of memory that looks like a file and is none. */
const SHMEM = /^(\/dev\/zero \(deleted\)|\/memfd:|\/SYSV|\[anon_shmem)/;

/** @param shmemDevices devices of tmpfs, as maps shows them: `00:19` */
export function kindOf(area: SmapsArea, shmemDevices: readonly string[]): Kind {
  const { name, perms, vmFlags } = area;
  if (vmFlags.includes("ht")) return "huge pages of hugetlbfs";
  if (name === "[heap]") return "heap";
  if (name === "[stack]" || vmFlags.includes("gd")) return "stacks";
  if (SHMEM.test(name) || shmemDevices.includes(deviceOf(area))) return "shared memory";
  if (name === "" || name.startsWith("[anon:")) return "anonymous memory";
  if (!name.startsWith("/")) return "of the kernel";
  return perms.endsWith("s") ? "files mapped shared" : "programs and libraries";
}

const deviceOf = ({ major, minor }: SmapsArea): string =>
  [major, minor].map((part) => part.toString(16).padStart(2, "0")).join(":");
