#!/usr/bin/env node
/** The `forkpath` command: the only file that touches the process. */
import { processTerminal } from "./process-terminal.ts";
import { runProgram } from "./program.ts";

process.exitCode = await runProgram(process.argv.slice(2), processTerminal(process));
