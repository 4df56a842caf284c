/** Runs the program that is timed, by the first of compiler and Python that is there. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { UsageError } from "../usage-error.ts";
import { PROGRAM_C } from "./program-c.ts";
import { PROGRAM_PYTHON } from "./program-python.ts";
import { parseTimes, type Times } from "./solve.ts";

const run = promisify(execFile);
/** Milliseconds: it takes less than one second on a machine at rest. */
const PATIENCE = 60_000;

/** @throws UsageError where there is neither, or neither gets to its end */
export async function measure(): Promise<Times> {
  const folder = await mkdtemp(join(tmpdir(), "forkpath-"));
  try {
    const text = (await byCompiler(folder)) ?? (await byPython());
    if (text === null) {
      throw new UsageError("calibrate needs cc or python3 to make processes that fork");
    }
    return parseTimes(text);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function byCompiler(folder: string): Promise<string | null> {
  const [source, program] = [join(folder, "shapes.c"), join(folder, "shapes")];
  await writeFile(source, PROGRAM_C);
  for (const flags of [["-static"], []]) {
    try {
      await run("cc", ["-O2", ...flags, "-o", program, source], { timeout: PATIENCE });
      return (await run(program, [], { timeout: PATIENCE })).stdout;
    } catch {
      // No compiler, no static library, or no memory: the next way.
    }
  }
  return null;
}

async function byPython(): Promise<string | null> {
  try {
    return (await run("python3", ["-c", PROGRAM_PYTHON], { timeout: PATIENCE })).stdout;
  } catch {
    return null;
  }
}
