/** What is wrong with a scenario's text, and where: as many problems as can be told at once. */
import type { Position } from "./position.ts";
import { visible } from "./visible.ts";

export interface Problem extends Position {
  /** What was wanted there, and what came. */
  readonly message: string;
}

/** Problems that are told one by one; a text with more of them is no scenario gone wrong. */
const MOST_LINES = 20;

/** The text is no scenario. Its message has a line for each problem, up to twenty. */
export class ScenarioError extends Error {
  /** Always "ScenarioError": it tells the error from others across copies of the package. */
  override readonly name = "ScenarioError";
  /** All of them, by line and column. */
  readonly problems: readonly Problem[];

  constructor(fileName: string, problems: readonly Problem[]) {
    const lines = problems
      .slice(0, MOST_LINES)
      .map(({ line, column, message }) => `${fileName}:${line}:${column}: ${message}`);
    const untold = problems.length - lines.length;
    if (untold > 0) lines.push(`${fileName}: and ${untold} more`);
    super(visible(lines.join("\n")));
    this.problems = problems;
  }
}
