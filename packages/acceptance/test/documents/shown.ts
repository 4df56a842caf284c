/** Whatever shows commands of forkpath is held to what they print. */
import { expect, test } from "vitest";
import { type Command, runCommand } from "../../documents/commands.ts";
import { missingPiece } from "../../documents/excerpts.ts";

/** @param cwd where they run; the root of the repository by default */
export function testCommands(commands: readonly Command[], cwd?: string): void {
  test.each(commands)("forkpath $args prints what is shown", { timeout: 120_000 }, async (one) => {
    expect(missingPiece(await runCommand(one.args, cwd), one.output)).toBe("");
  });
}
