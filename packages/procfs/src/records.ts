/**
 * Files of records that are all as long. They come in chunks: those are cut where a record ends,
 * and a record that lies across two chunks is put together.
 */
import type { ChunkParser } from "./lines.ts";
import { ProcError } from "./proc-error.ts";

/** What the records are, for errors. */
interface RecordKind {
  /** What one is called: `word`. */
  readonly name: string;
  /** Its length. */
  readonly bytes: number;
  /** The name that errors give the file. */
  readonly file: string;
}

/** @param take gets whole records, one or many, and how many came before; they are not kept */
export function createRecordParser(
  { name, bytes, file }: RecordKind,
  take: (records: Uint8Array, before: number) => void,
): ChunkParser {
  const split = new Uint8Array(bytes);
  let kept = 0;
  let count = 0;
  const takeAll = (records: Uint8Array): void => {
    take(records, count);
    count += records.length / bytes;
  };
  return {
    write(chunk) {
      let at = 0;
      while (kept > 0 && at < chunk.length) {
        split[kept++] = chunk[at++];
        if (kept < bytes) continue;
        takeAll(split);
        kept = 0;
      }
      const end = at + Math.floor((chunk.length - at) / bytes) * bytes;
      takeAll(chunk.subarray(at, end));
      for (at = end; at < chunk.length; at++) split[kept++] = chunk[at];
    },
    end() {
      if (kept === 0) return;
      const wanted = `${name}s of ${bytes} bytes`;
      const got = `${kept} bytes behind ${name} ${count}`;
      throw new ProcError({ file, line: null, wanted, got });
    },
  };
}
