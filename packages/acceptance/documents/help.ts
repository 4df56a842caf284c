/** What is not run, and why not. */
import { spawnSync } from "node:child_process";
import { release } from "node:os";
import { REPO } from "@forkpath/config/published";
import { runCommand } from "./commands.ts";

const OPTION = /^--[a-z-]+/;

/** What keeps a program from being run on this machine; "" where it can be. */
export function whyNotHere(code: string): string {
  if (/"\/proc\/|@forkpath\/live"/.test(code) && process.platform !== "linux") return "not Linux";
  if (!code.includes("runLive(")) return "";
  if (!/^6\.(?:1|18)\./.test(release())) return "no kernel of this release was ever recorded";
  if (process.arch !== "x64" || process.getuid?.() !== 0) return "not root on x86-64";
  return spawnSync(process.env.CC || "cc", ["--version"]).status === 0 ? "" : "no C compiler";
}

/** What `forkpath NAME --help` prints. */
type HelpOf = (name: string) => Promise<string>;

/** Each command is asked once. */
export function createHelp(): HelpOf {
  const known = new Map<string, string>();
  return async (name) => {
    const help =
      known.get(name) ?? (await runCommand([...name.split(" "), "--help"], REPO)).join("\n");
    known.set(name, help);
    return help;
  };
}

/** What `line`, a command of forkpath, names that there is not. */
export async function faultsOfUse(line: string, help: HelpOf): Promise<string[]> {
  const [, name = "", rest = ""] = /forkpath (bench [a-z]+|[a-z]+)(.*)/.exec(line) ?? [];
  if (name === "") return [`no command of forkpath: ${line}`];
  const known = await help(name);
  if (!known.includes(`Usage: forkpath ${name}`)) return [`no such command: ${line}`];
  const options = rest.split(" ").flatMap((word) => OPTION.exec(word) ?? []);
  return options.filter((option) => !known.includes(option)).map((one) => `${line}: no ${one}`);
}
