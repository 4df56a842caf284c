#!/usr/bin/env node
/** The `forkpath` command: the only file that touches the process. */
import { runProgram } from "./program.ts";
import { processTerminal } from "./terminal.ts";

// A reader that has seen enough, as `| head`, is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

process.exitCode = await runProgram(process.argv.slice(2), processTerminal(process));
