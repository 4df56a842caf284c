/** The examples and litmuses of the repository, as the page has them. */
import { readdirSync, readFileSync } from "node:fs";
import { shownLines } from "./shown.ts";

const FOLDER = new URL("../../../examples/", import.meta.url);

export interface Example {
  readonly name: string;
  readonly text: string;
}

const textsIn = (folder: URL): Example[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => ({
      name: file.replace(/\.yaml$/, ""),
      text: shownLines(readFileSync(new URL(file, folder), "utf8")),
    }));

export const examples: readonly Example[] = textsIn(FOLDER);
export const litmuses: readonly Example[] = textsIn(new URL("litmus/", FOLDER));
