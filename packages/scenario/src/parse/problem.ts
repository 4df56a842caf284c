/** What is wrong with a scenario's text, and where: as many problems as can be told at once. */
import type { Position } from "../format/position.ts";

export interface Problem extends Position {
  /** What was wanted there, and what came. */
  readonly message: string;
}

/** The text is no scenario. Its message has a line for each problem. */
export class ScenarioError extends Error {
  override readonly name = "ScenarioError";
  readonly problems: readonly Problem[];

  constructor(fileName: string, problems: readonly Problem[]) {
    const lines = problems.map(
      ({ line, column, message }) => `${fileName}:${line}:${column}: ${message}`,
    );
    super(lines.join("\n"));
    this.problems = problems;
  }
}
