/** Files that come with the command, each with a name of its own: examples and litmuses. */
import { readdir, readFile } from "node:fs/promises";
import { parseScenario } from "@forkpath/scenario";
import { UsageError } from "./usage-error.ts";

/** Scenarios to run and to begin with, and those whose threads are explored. */
export type ShippedKind = "examples" | "litmus";

/** Beside the built command, and in the repository. */
const FOLDERS: Readonly<Record<ShippedKind, readonly URL[]>> = {
  examples: [
    new URL("./examples/", import.meta.url),
    new URL("../../../examples/", import.meta.url),
  ],
  litmus: [
    new URL("./litmus/", import.meta.url),
    new URL("../../../examples/litmus/", import.meta.url),
  ],
};
export const EXTENSION = ".yaml";

export interface Shipped {
  readonly name: string;
  readonly title: string;
}

/** Names of all of a kind. @throws UsageError when they are missing */
export const shippedNames = async (kind: ShippedKind): Promise<readonly string[]> =>
  (await listFolder(kind)).names;

/** All of a kind, with their titles. @throws UsageError when they are missing */
export async function listShipped(kind: ShippedKind): Promise<readonly Shipped[]> {
  const { folder, names } = await listFolder(kind);
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(`${name}${EXTENSION}`, folder), "utf8");
      return { name, title: parseScenario(text, name).title };
    }),
  );
}

/** The text of one; undefined for a name that none has. @throws UsageError when they are missing */
export async function readShipped(kind: ShippedKind, name: string): Promise<string | undefined> {
  const { folder, names } = await listFolder(kind);
  if (!names.includes(name)) return undefined;
  return readFile(new URL(`${name}${EXTENSION}`, folder), "utf8");
}

/** Whether it can be such a name: a file has a dot or a slash, and standard input is `-`. */
export const isBareName = (name: string): boolean => !/[./]|^-?$/.test(name);

async function listFolder(kind: ShippedKind): Promise<{ folder: URL; names: readonly string[] }> {
  for (const folder of FOLDERS[kind]) {
    const files = await readdir(folder).catch(() => undefined);
    if (files === undefined) continue;
    const names = files
      .filter((file) => file.endsWith(EXTENSION))
      .map((file) => file.slice(0, -EXTENSION.length))
      .sort();
    return { folder, names };
  }
  throw new UsageError(`the files that come with forkpath are missing: install it again`);
}
