/** The flags of an area from the letters that smaps prints, or from its permissions alone. */
import { VmFlag, withVmFlag } from "@forkpath/abi";
import type { Profile } from "@forkpath/kernel";
import type { CapturedArea } from "../types.ts";

/** What maps tells: `rw-p`. */
function fromPerms(perms: string): number {
  let flags: number = VmFlag.MAYREAD | VmFlag.MAYWRITE | VmFlag.MAYEXEC;
  if (perms[0] === "r") flags |= VmFlag.READ;
  if (perms[1] === "w") flags |= VmFlag.WRITE;
  if (perms[2] === "x") flags |= VmFlag.EXEC;
  if (perms[3] === "s") flags |= VmFlag.SHARED | VmFlag.MAYSHARE;
  return flags;
}

/**
 * Flags that the model knows; the others decide nothing about fork. MAP_DROPPABLE is WIPEONFORK to
 * it.
 */
export function vmFlagsOf({ proc }: Profile, area: CapturedArea): number {
  if (area.vmFlags.length === 0) return fromPerms(area.perms);
  const letters = new Set(area.vmFlags);
  let flags = 0;
  for (const [name, code] of proc.vmFlagCodes) {
    if (letters.has(code)) flags = withVmFlag(flags, VmFlag[name]);
  }
  return letters.has("dp") ? withVmFlag(flags, VmFlag.WIPEONFORK) : flags;
}
