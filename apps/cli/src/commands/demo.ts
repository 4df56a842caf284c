/** `forkpath demo`: one fork, shown from all sides. */
import type { Command } from "commander";
import { runDemo } from "../demo/run-demo.ts";
import type { Terminal } from "../terminal.ts";
import { type KernelChoice, kernelOption } from "./kernel-option.ts";

const HELP = `
Runs one fork in the model, and prints the kernel's functions with their counts, both processes as
/proc would show them, and what has changed in pages, swap slots and locks.

Examples:
  $ forkpath demo
  $ forkpath demo --kernel v6.18
  $ NO_COLOR=1 forkpath demo   without colours`;

/** Adds the command to `program`. */
export const addDemo = (program: Command, terminal: Terminal): Command =>
  program
    .command("demo")
    .summary("show one fork from all sides")
    .description("Shows one fork: the calls, both processes, and what has changed.")
    .addOption(kernelOption("the release of Linux; el6 by default"))
    .addHelpText("after", HELP)
    .action(({ kernel }: KernelChoice) =>
      terminal.out(runDemo(terminal.colors, kernel).join("\n")),
    );
