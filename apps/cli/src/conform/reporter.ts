/** Who hears how the vectors did: a person, line by line, or a program, in one piece. */
import type { Verdict } from "@forkpath/conform";
import type { VectorLine } from "./vector-lines.ts";

export interface Totals {
  readonly passed: number;
  readonly failed: number;
}

export interface Reporter {
  /** Called for each line as soon as it was run. */
  tell(line: VectorLine, verdict: Verdict): void;
  /** Called last. */
  end(totals: Totals): void;
}
