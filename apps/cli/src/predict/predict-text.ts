/**
 * A prediction for a person: first whether the fork works, how long it takes and what it costs,
 * then the figures of both sides, the areas, how memory grows, and what would be cheaper.
 */
import type { Prediction } from "@forkpath/predict";
import type { CaptureText } from "@forkpath/procfs";
import type { Colors } from "../terminal.ts";
import { adviceLines } from "./advice-text.ts";
import { areaLines } from "./areas-text.ts";
import { figureLines } from "./figures-text.ts";
import { growthLines } from "./growth-text.ts";
import { verdictLines } from "./verdict-text.ts";
import { wrapped } from "./wrapped.ts";

const LEVELS: Readonly<Record<Prediction["level"], string>> = {
  frames: "read with frame numbers: exact",
  pages: "read without frame numbers: Pss between bounds",
  areas: "read from smaps alone: Pss and page tables between bounds",
  status: "read from status alone: between bounds",
};

export interface TextOptions {
  /** Every area, and not only the largest. */
  readonly areas: boolean;
  /** Texts of the capture with nothing in them; by default none. */
  readonly empty?: readonly CaptureText[];
}

/** @returns lines */
export function predictionText(
  prediction: Prediction,
  colors: Colors,
  { areas, empty = [] }: TextOptions,
): string[] {
  const { comm, kernel, level, children } = prediction;
  const forks = children === 1 ? "forks" : `forks ${children} children`;
  return [
    `${colors.bold(`${comm} ${forks}`)}, Linux ${kernel.replace(/^v/, "")}, ${LEVELS[level]}`,
    "",
    ...verdictLines(prediction, colors, empty),
    ...section("Afterwards, kB", figureLines(prediction, colors), colors),
    ...section("What fork does with each area", areaLines(prediction, colors, areas), colors),
    ...section(growthTitle(prediction), growthLines(prediction, colors), colors),
    ...section(
      "What would be cheaper, tried in the model",
      adviceLines(prediction, colors),
      colors,
    ),
    ...section(
      "To know",
      prediction.notes.flatMap((note) => wrapped(note, "  ")),
      colors,
    ),
  ];
}

function section(title: string, lines: readonly string[], colors: Colors): string[] {
  return lines.length === 0 ? [] : ["", colors.bold(title), ...lines];
}

function growthTitle({ growth }: Prediction): string {
  const rates = [growth?.plan.parent.kind, growth?.plan.child.kind].includes("rate");
  return rates
    ? "How memory grows with time, as writes break the sharing"
    : "How memory grows, as writes break the sharing";
}
