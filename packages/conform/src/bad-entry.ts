/** A damaged directory entry, as a vector plants it. */
import type { VectorBadEntry } from "@forkpath/conformance";

/**
 * Address and value of a damaged entry. SCHEMA.md does not name the field that holds the value:
 * whichever hex field stands beside `level` and `addr` is taken.
 * @throws RangeError when there is no address, or not exactly one such field
 */
export function readBadEntry(entry: VectorBadEntry): {
  readonly addr: string;
  readonly value: string;
} {
  const { level, addr, ...others } = entry;
  const values = Object.values(others);
  if (addr === undefined || values.length !== 1) {
    const fields = ["level", ...Object.keys(entry).filter((name) => name !== "level")].join(", ");
    throw new RangeError(`badEntries: an entry has level, addr and one value, got ${fields}`);
  }
  return { addr, value: values[0] };
}
