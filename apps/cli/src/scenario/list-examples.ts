/** The examples that come with the command, as a list with their titles. */
import { listShipped } from "../shipped.ts";
import type { Terminal } from "../terminal.ts";

export async function listExamples(command: string, { colors, out }: Terminal): Promise<void> {
  const known = await listShipped("examples");
  const width = Math.max(...known.map(({ name }) => name.length));
  for (const { name, title } of known) out(`${colors.bold(name.padEnd(width))}  ${title}`);
  out("");
  out(
    `forkpath ${command} NAME takes one of these, forkpath init --from NAME writes it to a file.`,
  );
}
