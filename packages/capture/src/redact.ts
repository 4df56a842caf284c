/**
 * Paths replaced by numbers, so that a capture can be shown: the same file has the same number
 * everywhere. What a name says about the kind of memory stays: `/memfd:`, `/SYSV`, ` (deleted)`.
 */
import type { CgroupLevel, MapsArea } from "@forkpath/procfs";

const DELETED = " (deleted)";
/** Names that tell nothing of the user. */
const KEPT = /^\/(dev\/zero|SYSV[0-9a-f]{8})$/;

export type Redact = (name: string) => string;

export function createRedact(): Redact {
  const numbers = new Map<string, number>();
  const numberOf = (name: string): number => {
    const known = numbers.get(name) ?? numbers.size + 1;
    numbers.set(name, known);
    return known;
  };
  return (whole) => {
    const end = whole.endsWith(DELETED) ? DELETED : "";
    const name = whole.slice(0, whole.length - end.length);
    if (!name.startsWith("/") || KEPT.test(name)) return redactNamed(whole, numberOf);
    const kind = name.startsWith("/memfd:") ? "/memfd:" : "/file-";
    return `${kind}${numberOf(name)}${end}`;
  };
}

/** `[anon:NAME]` and `[anon_shmem:NAME]` have names that the program gave. */
const redactNamed = (name: string, numberOf: (name: string) => number): string =>
  name.replace(/^\[(anon|anon_shmem):(.*)\]$/s, (_, kind: string, given: string) => {
    return `[${kind}:${numberOf(given)}]`;
  });

export const redactAreas = <Area extends MapsArea>(
  areas: readonly Area[],
  redact: Redact,
): Area[] => areas.map((area) => ({ ...area, name: redact(area.name) }));

/** `/a/b` is `/level-2`, by its depth; the root stays. */
export const redactLevels = (levels: readonly CgroupLevel[]): CgroupLevel[] =>
  levels.map(({ path, files }) => {
    const depth = path.split("/").filter((part) => part !== "").length;
    return { path: depth === 0 ? path : `/level-${depth}`, files };
  });
