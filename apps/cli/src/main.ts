#!/usr/bin/env node
/**
 * The `forkpath` command: the only file that touches the process.
 *
 * Node keeps what it has compiled from one run to the next, which is half of a start: it has to be
 * told before the rest is loaded. Node 20 cannot.
 */
import module from "node:module";

module.enableCompileCache?.();
const { processTerminal } = await import("./process-terminal.ts");
const { runProgram } = await import("./program.ts");

process.exitCode = await runProgram(process.argv.slice(2), await processTerminal(process));
