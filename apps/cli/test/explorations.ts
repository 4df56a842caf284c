/** What the tests of explore, merge and replay share. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { forkpath, type Session } from "./session.ts";

/** A litmus that fails soon. */
export const SHIPPED = "exec-charge-shipped";

export const text = ({ out }: Session): string => out.join("\n");
export const json = ({ out }: Session): ReturnType<typeof JSON.parse> => JSON.parse(out.join("\n"));

/** A folder for the files of one test. */
export const folder = (): Promise<string> => mkdtemp(join(tmpdir(), "forkpath-"));

/** Runs an exploration, and keeps what it writes in a file. */
export async function writeBlob(path: string, ...words: string[]): Promise<string> {
  const session = await forkpath(["explore", ...words, "--json"]);
  await writeFile(path, text(session));
  return path;
}
