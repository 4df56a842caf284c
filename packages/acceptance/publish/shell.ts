/** Commands as a person outside of this workspace would run them. */
import { execFile } from "node:child_process";
import { delimiter } from "node:path";
import { promisify } from "node:util";

const MAX_OUTPUT = 2 ** 25;

/** What the npx and pnpm around the tests export must not reach those inside them. */
export const cleanEnv: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^p?npm_/i.test(name)),
);

/** Without the workspace's own node and tools on PATH. */
export const outsideEnv: NodeJS.ProcessEnv = {
  ...cleanEnv,
  NO_COLOR: "1",
  PATH: (cleanEnv.PATH ?? "")
    .split(delimiter)
    .filter((dir) => !dir.includes("node_modules"))
    .join(delimiter),
};

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command; its exit code is an answer. @throws where it cannot be started */
export async function run(
  cwd: string,
  env: NodeJS.ProcessEnv,
  command: string,
  ...args: readonly string[]
): Promise<Ran> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, {
      cwd,
      env,
      maxBuffer: MAX_OUTPUT,
      // npm, npx and pnpm are scripts of the shell there.
      shell: process.platform === "win32",
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as { code?: unknown } & Partial<Ran>;
    if (typeof code !== "number") throw error;
    return { code, stdout, stderr };
  }
}

/** The same, where anything but success is an error. */
export async function must(
  cwd: string,
  env: NodeJS.ProcessEnv,
  command: string,
  ...args: readonly string[]
): Promise<string> {
  const { code, stdout, stderr } = await run(cwd, env, command, ...args);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed\n${stdout}\n${stderr}`);
  return stdout;
}
