/** A capture out of the files that the user has dropped: only numbers leave the worker. */
import type { KernelName } from "@forkpath/abi";
import { predictFork } from "@forkpath/predict";
import {
  CAPTURE_TEXTS,
  type Capture,
  type CapturedPages,
  type CaptureText,
  createPagesParser,
  PAGE_RECORD_BYTES,
  ProcError,
  parseCapture,
} from "@forkpath/procfs";
import type { Predicted } from "./protocol.ts";

const PAGES = "pages.bin";
const PACKED_PAGES = `${PAGES}.gz`;
/** A packed file ends with the length of what it holds, modulo 2^32. */
const LENGTH_BYTES = 4;
/** Bytes: a record packs into more. More than the file can hold is not believed. */
const MOST_RATIO = 1032;
/** Bytes of one text: smaps of the largest processes have some tens of millions. */
const MOST_TEXT = 256 * 2 ** 20;

/**
 * @param kernel null for the release that the process runs on
 * @param began when the files were given, in milliseconds
 * @throws RangeError for files that do not fit together
 */
export function predictCapture(
  capture: Capture,
  files: readonly File[],
  kernel: KernelName | null,
  began: number,
): Predicted {
  const prediction = predictFork(capture, kernel === null ? {} : { kernel });
  return {
    prediction,
    files: files.map(({ name }) => name),
    hasPages: capture.pages !== null,
    ms: performance.now() - began,
  };
}

/** @throws ProcError for a file that is broken */
export async function readCapture(files: readonly File[]): Promise<Capture> {
  const texts: Partial<Record<CaptureText, Uint8Array>> = {};
  for (const name of CAPTURE_TEXTS) {
    const file = files.find((one) => one.name === name);
    if (file === undefined) continue;
    if (file.size > MOST_TEXT) {
      const got = `${file.size} bytes`;
      throw new ProcError({ file: name, line: null, wanted: `at most ${MOST_TEXT} bytes`, got });
    }
    texts[name] = new Uint8Array(await file.arrayBuffer());
  }
  return parseCapture(texts, await readPages(files));
}

async function readPages(files: readonly File[]): Promise<CapturedPages | null> {
  const packed = files.find(({ name }) => name === PACKED_PAGES);
  const file = packed ?? files.find(({ name }) => name === PAGES);
  if (file === undefined) return null;
  const length = packed === undefined ? file.size : await unpackedLength(packed);
  const parser = createPagesParser(Math.ceil(length / PAGE_RECORD_BYTES), file.name);
  const plain = file.stream();
  const stream = packed === undefined ? plain : plain.pipeThrough(new DecompressionStream("gzip"));
  try {
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      parser.write(value);
    }
  } catch (error) {
    if (error instanceof ProcError || !(error instanceof TypeError)) throw error;
    throw new ProcError({ file: file.name, line: null, wanted: "packed records", got: "others" });
  }
  parser.end();
  return parser.pages();
}

async function unpackedLength(file: File): Promise<number> {
  if (file.size < LENGTH_BYTES) return 0;
  const tail = await file.slice(file.size - LENGTH_BYTES).arrayBuffer();
  return Math.min(new DataView(tail).getUint32(0, true), file.size * MOST_RATIO);
}
