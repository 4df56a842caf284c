/** A copy of this workspace in a git repository of its own, to be versioned and published. */
import { cp, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { REPO } from "@forkpath/config/published";
import { cleanEnv, must } from "./shell.ts";

const LEFT_OUT = new Set([".git", ".turbo", "coverage"]);

export interface WorkspaceCopy {
  readonly root: string;
  /** Runs a command there, with this workspace's tools. @throws unless it succeeds */
  run(command: string, ...args: readonly string[]): Promise<string>;
  /** Puts a changeset in place of those that are pending. */
  change(bumps: Readonly<Record<string, "patch" | "minor">>): Promise<void>;
  commit(): Promise<void>;
}

/** Builds come along; `npmrc` says to which registry it publishes. */
export async function copyWorkspace(root: string, npmrc: string): Promise<WorkspaceCopy> {
  const modules = join(REPO, "node_modules");
  await cp(REPO, root, {
    recursive: true,
    verbatimSymlinks: true, // those of a package lead to its siblings, which are copied too
    filter: (path) => path !== modules && !LEFT_OUT.has(relative(REPO, path).split(sep).at(-1)!),
  });
  await mkdir(join(root, "node_modules"));
  for (const name of await readdir(modules)) {
    // What pnpm notes there of its own work is of the original.
    const isNote = name.startsWith(".") && name !== ".bin" && name !== ".pnpm";
    if (!isNote) await symlink(join(modules, name), join(root, "node_modules", name), "junction");
  }
  await writeFile(join(root, ".npmrc"), npmrc);
  // Everything is installed; no command has to look.
  const env = { ...cleanEnv, pnpm_config_verify_deps_before_run: "false", CI: "true" };
  const run = (command: string, ...args: readonly string[]) => must(root, env, command, ...args);
  const commit = async (): Promise<void> => {
    await run("git", "add", "--all");
    const author = ["-c", "user.name=rehearsal", "-c", "user.email=rehearsal@example.org"];
    await run("git", ...author, "commit", "--quiet", "--allow-empty", "--message", "rehearsal");
  };
  await run("git", "init", "--quiet", "--initial-branch", "main");
  await commit();
  return { root, run, commit, change: (bumps) => change(root, bumps) };
}

async function change(
  root: string,
  bumps: Readonly<Record<string, "patch" | "minor">>,
): Promise<void> {
  const folder = join(root, ".changeset");
  for (const file of await readdir(folder)) {
    if (file.endsWith(".md")) await rm(join(folder, file));
  }
  const lines = Object.entries(bumps).map(([name, bump]) => `"${name}": ${bump}`);
  const text = `---\n${lines.join("\n")}\n---\n\nSomething that a user can see.\n`;
  await writeFile(join(folder, "rehearsal.md"), text);
}
