/** The examples that come with the command, as a list with their titles. */
import { listExamples } from "@forkpath/scenario/examples";
import type { Terminal } from "../terminal.ts";

export function tellExamples(command: string, { colors, out }: Terminal): void {
  const known = listExamples("history");
  const width = Math.max(...known.map(({ name }) => name.length));
  for (const { name, title } of known) out(`${colors.bold(name.padEnd(width))}  ${title}`);
  out("");
  out(
    `forkpath ${command} NAME takes one of these, forkpath init --from NAME writes it to a file.`,
  );
}
