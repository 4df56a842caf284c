/**
 * Files of records that are all as long. They come in chunks: those are cut where a record ends,
 * and a record that lies across two chunks is put together.
 */
import type { ChunkParser } from "./lines.ts";
import type { ProcError } from "./proc-error.ts";

/**
 * @param recordBytes length of a record
 * @param take gets whole records, one or many; they are not kept
 * @param faultOf what is wrong where a rest of so many bytes is left at the end
 */
export function createRecordParser(
  recordBytes: number,
  take: (records: Uint8Array) => void,
  faultOf: (rest: number) => ProcError,
): ChunkParser {
  const split = new Uint8Array(recordBytes);
  let kept = 0;
  return {
    write(chunk) {
      let at = 0;
      while (kept > 0 && at < chunk.length) {
        split[kept++] = chunk[at++];
        if (kept < recordBytes) continue;
        take(split);
        kept = 0;
      }
      const end = at + Math.floor((chunk.length - at) / recordBytes) * recordBytes;
      take(chunk.subarray(at, end));
      for (at = end; at < chunk.length; at++) split[kept++] = chunk[at];
    },
    end() {
      if (kept > 0) throw faultOf(kept);
    },
  };
}
