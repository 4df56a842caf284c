/** Parent before, parent after and child in three columns; what fork changed stands out. */
import type { EntryLetter, MemoryStatus } from "@forkpath/kernel";
import type { AreaPicture, ForkPicture, ProcessPicture } from "@forkpath/picture";
import type { Colors } from "../terminal.ts";

type Processes = Pick<ForkPicture, "before" | "after" | "child">;

/** 28 and three times 24 columns. */
const LABEL_WIDTH = 28;
const COLUMN_WIDTH = 24;
const LEGEND = [
  "W r  anonymous, writable or read-only     s    swapped out                  z  the zero page",
  "F f  of a file, writable or read-only     M m  migrating, was W or r        -  none",
];

/** As /proc/PID/status has it, in kB. */
export function drawStatus({ before, after, child }: Processes, colors: Colors): string[] {
  const fields = Object.keys(before.status) as (keyof MemoryStatus)[];
  return [
    heading("in kB", { before, after, child }, colors),
    ...fields.map((field) => {
      const [old, now, copy] = [before, after, child].map(({ status }) => `${status[field]}`);
      const columns = [column(old), stress(now, old, colors), stress(copy, now, colors)];
      return statusName(field).padEnd(LABEL_WIDTH) + columns.join("").trimEnd();
    }),
  ];
}

/** The areas, with a letter for each page. */
export function drawEntries({ before, after, child }: Processes, colors: Colors): string[] {
  return [
    heading("a letter for each page", { before, after, child }, colors),
    ...before.areas.map((area) => {
      const now = sameArea(after, area);
      const copy = sameArea(child, area);
      const columns = [
        drawLetters(area.letters, area.letters, colors),
        drawLetters(now, area.letters, colors),
        drawLetters(copy, now, colors),
      ];
      return areaName(area).padEnd(LABEL_WIDTH) + columns.join("").trimEnd();
    }),
    ...LEGEND.map((line) => colors.dim(line)),
  ];
}

const heading = (label: string, { before, child }: Processes, colors: Colors): string => {
  const titles = [
    `parent ${before.pid} before`,
    `parent ${before.pid} after`,
    `child ${child.pid}`,
  ];
  return colors.dim(label.padEnd(LABEL_WIDTH) + titles.map(column).join("").trimEnd());
};

const column = (text: string): string => text.padEnd(COLUMN_WIDTH);

/** `text`, in colour if it differs from its left neighbour. */
const stress = (text: string, left: string, colors: Colors): string =>
  text === left ? column(text) : colors.yellow(text) + "".padEnd(COLUMN_WIDTH - text.length);

/** `vmRSS` as the kernel writes it: `VmRSS`. */
const statusName = (field: string): string => `V${field.slice(1)}`;

const areaName = ({ start, permissions, name }: AreaPicture): string =>
  `${start.toString(16).padStart(12)} ${permissions} ${name}`;

/** An area that fork did not copy has no entries. */
const sameArea = ({ areas }: ProcessPicture, { start }: AreaPicture): readonly EntryLetter[] =>
  areas.find((area) => area.start === start)?.letters ?? [];

function drawLetters(
  letters: readonly EntryLetter[],
  left: readonly EntryLetter[],
  colors: Colors,
): string {
  const drawn = letters.map((letter, index) => {
    if (letter === left[index]) return letter === "-" ? colors.dim(letter) : letter;
    return colors.yellow(letter);
  });
  return drawn.join("") + "".padEnd(COLUMN_WIDTH - letters.length);
}
