/**
 * Defects for people: the list of all, or one with what is behind it, what to look at, the run that
 * shows it, and the run of the mended machine beside it.
 */
import type { Defect } from "@forkpath/scenario";
import { resultLines } from "../scenario/result-text.ts";
import type { Colors } from "../terminal.ts";
import type { DefectRun } from "./run-defect.ts";
import { wrap } from "./wrap.ts";

const WIDTH = 96;
const ID_WIDTH = 3;
const STATUS_WIDTH = 12;

export function listLines(defects: readonly Defect[], colors: Colors): string[] {
  const shown = defects.filter(({ status }) => status === "reproduced").length;
  return [
    ...defects.flatMap((defect) => listLine(defect, colors)),
    "",
    `${shown} of ${defects.length} can be seen: forkpath defects D1 shows the first`,
  ];
}

function listLine({ id, title, status, reason, scenarios }: Defect, colors: Colors): string[] {
  const isShown = status === "reproduced";
  const paint = isShown ? colors.green : colors.dim;
  const parts = scenarios.length > 1 ? ` (${scenarios.length} scenarios)` : "";
  const line = `${id.padEnd(ID_WIDTH)}  ${paint(status.padEnd(STATUS_WIDTH))}  ${title}${parts}`;
  const indent = " ".repeat(ID_WIDTH + 2 + STATUS_WIDTH + 2);
  return isShown ? [line] : [line, colors.dim(`${indent}${reason}`)];
}

/** What there is to say of a defect without scenarios. */
export const notModelledLines = ({ id, title, reason }: Defect, colors: Colors): string[] => [
  colors.bold(`${id}. ${title}`),
  `Not modelled: ${reason}.`,
];

export function defectLines({ scenario, result, cured }: DefectRun, colors: Colors): string[] {
  const lines = [
    colors.bold(scenario.title),
    "",
    ...wrap(scenario.about, WIDTH),
    "",
    ...wrap(`To be seen: ${scenario.see}`, WIDTH),
    "",
    ...resultLines(result, colors),
  ];
  if (cured === null) return lines;
  return [...lines, "", colors.bold(curedTitle(scenario)), ...resultLines(cured, colors)];
}

/** Names the keys of the machine that differ. */
const curedTitle = ({ cure }: DefectRun["scenario"]): string =>
  `The same with ${Object.entries(cure?.machine ?? {})
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join(", ")}`;
