/** What signs and letters mean: of the letters, those that were shown. */
import type { EntryLetter } from "@forkpath/kernel";
import type { MachinePicture, TaskPicture } from "@forkpath/picture";
import { LINE_WIDTH } from "./table.ts";

const SIGNS = "+ new   * changed   - gone   = as before      zeroes are left out; pages of 4 kB";

const LETTERS: Readonly<Record<EntryLetter, string>> = {
  W: "anonymous, writable",
  r: "anonymous, read-only",
  F: "of a file, writable",
  f: "of a file, read-only",
  z: "the zero page",
  s: "swapped out",
  M: "migrating, was writable",
  m: "migrating, was read-only",
  H: "part of a huge page",
  h: "poisoned",
  g: "a guard page, or another marker",
  n: "nonlinear",
  p: "a raw frame",
  "-": "none",
};

/** The letters that `pictures` have of the tasks that are shown, in as few lines as hold them. */
export function legendLines(
  pictures: readonly MachinePicture[],
  isShown: (name: string) => boolean,
): string[] {
  const shown = lettersOf(
    pictures.flatMap(({ tasks }) => tasks.filter(({ name }) => isShown(name))),
  );
  const lines = [""];
  for (const [letter, meaning] of Object.entries(LETTERS)) {
    if (!shown.has(letter)) continue;
    const entry = `${letter} ${meaning}`;
    const longer = lines.at(-1) === "" ? entry : `${lines.at(-1)}   ${entry}`;
    if (longer.length <= LINE_WIDTH) lines[lines.length - 1] = longer;
    else lines.push(entry);
  }
  return [SIGNS, ...lines.filter((line) => line !== "")];
}

const lettersOf = (tasks: readonly TaskPicture[]): ReadonlySet<string> =>
  new Set(
    tasks
      .flatMap(({ memory }) => memory?.areas ?? [])
      .flatMap(({ runs }) => runs.map(({ letter }) => letter)),
  );
