/** What /proc/PID/maps says of an area: its permissions, and what the memory is. */
import type { VmaView } from "@forkpath/kernel";

/** `rw-p` */
export function permissionsOf({ flags }: VmaView): string {
  const letter = (flag: VmaView["flags"][number], yes: string, no: string): string =>
    flags.includes(flag) ? yes : no;
  return [
    letter("READ", "r", "-"),
    letter("WRITE", "w", "-"),
    letter("EXEC", "x", "-"),
    letter("SHARED", "s", "p"),
  ].join("");
}

/** Last part of the file's path, or what the memory is for. */
export function memoryName({ path, flags }: VmaView): string {
  if (path !== null) return path.split("/").at(-1)?.split(" ", 1)[0] ?? path;
  return flags.includes("GROWSDOWN") ? "[stack]" : "[anon]";
}
