/** `forkpath kernels`: the releases of Linux that are modelled, and what differs between them. */
import { KERNELS, type KernelName } from "@forkpath/abi";
import type { Command } from "commander";
import { kernelJson, kernelsJson, pairJson } from "../kernels/kernels-json.ts";
import { kernelLines, listLines, pairLines } from "../kernels/kernels-text.ts";
import type { Terminal } from "../terminal.ts";
import { kernelNamed } from "./kernel-name.ts";

const HELP = `
A release is a list of rules: decisions of the kernel that releases make in different ways. Of each
rule is told where it is written, which release came first, and how sure it is: recorded from that
kernel running, read in its source, or inferred from its neighbours. M and L numbers, such as M6.1,
are headings of docs/spec-linux6, § those of docs/spec; c01 is a history: forkpath conform --only.

Examples:
  $ forkpath kernels               all releases
  $ forkpath kernels v5.10         what one does
  $ forkpath kernels v5.4 v5.10    what the second does otherwise than the first
  $ forkpath kernels v5.4 v5.10 --json`;

/** Adds the command to `program`. */
export function addKernels(program: Command, { out, colors }: Terminal): void {
  program
    .command("kernels")
    .summary("list the releases of Linux, or what differs between two")
    .description("Lists the releases that are modelled; of one, its rules; of two, what differs.")
    .argument("[NAME]", `one of ${KERNELS.join(", ")}`, kernelNamed)
    .argument("[OTHER]", "another one", kernelNamed)
    .option("--json", "write JSON in place of text")
    .addHelpText("after", HELP)
    .action((name?: KernelName, other?: KernelName, { json } = { json: false }) => {
      const print = (text: () => readonly string[], data: () => unknown): void =>
        out(json ? JSON.stringify(data(), null, 2) : text().join("\n"));
      if (name === undefined) print(() => listLines(colors), kernelsJson);
      else if (other === undefined)
        print(
          () => kernelLines(name, colors),
          () => kernelJson(name),
        );
      else
        print(
          () => pairLines(name, other, colors),
          () => pairJson(name, other),
        );
    });
}
