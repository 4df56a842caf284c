/**
 * Blocks of shell. Their lines of forkpath are run as they stand, all of a block by one `sh`, with
 * the built command under the names that a reader has for it. Scripts of the workspace are not run
 * from within its own tests: they are looked up.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { publishedPackages } from "@forkpath/config/published";
import { run } from "../publish/shell.ts";
import { filesOf, readDocument } from "./blocks.ts";
import { CLI, DOCUMENT_ENV } from "./commands.ts";

export interface Lines {
  /** To be run by a shell. */
  readonly run: readonly string[];
  /** Of forkpath, but not to be run here, with the reason. */
  readonly left: ReadonlyArray<readonly [line: string, reason: string]>;
  /** What is wrong with the other lines. */
  readonly faults: readonly string[];
}

/** Commands that a test does not wait for. */
const LEFT: ReadonlyArray<readonly [RegExp, string]> = [
  [/forkpath playground/, "serves until Ctrl-C"],
  [/forkpath bench/, "takes a GiB, and times it"],
  [/forkpath conform$/, "is run where README.md shows what it prints"],
  [/forkpath calibrate/, "measures the machine, which has tests to run"],
  [/--steps 100000|\/tmp\/large/, "takes minutes"],
];

const FORKPATH = /^(?:npx |\/usr\/bin\/time -v )?forkpath /;
/** What a reader types besides, to have something for forkpath. */
const BESIDE = /^(?:P=|mkdir |cat \/proc\/|for FILE in |echo "{)/;

export function sortLines(body: string): Lines {
  const lines = { run: [] as string[], left: [] as [string, string][], faults: [] as string[] };
  for (const line of body.trimEnd().split("\n")) {
    const command = line.replace(/ +#.*/, "").trim();
    if (BESIDE.test(command)) lines.run.push(command);
    else if (FORKPATH.test(command)) {
      const reason = LEFT.find(([pattern]) => pattern.test(command))?.[1];
      if (reason === undefined) lines.run.push(command);
      else lines.left.push([command, reason]);
    } else if (command !== "") {
      const fault = faultOf(command);
      if (fault !== "") lines.faults.push(`${command}: ${fault}`);
    }
  }
  return lines;
}

const PNPM = /^(?:npx -y pnpm@12|pnpm)((?: --filter \S+)?)(?: run)? ([\w:-]+)/;
/** What pnpm does without a script of that name. */
const PNPM_COMMANDS: ReadonlySet<string> = new Set(["install", "changeset", "exec"]);

/** Why a reader who types it gets nowhere; "" where all of it is there. */
export function faultOf(command: string): string {
  const [, filter = "", script = ""] = PNPM.exec(command) ?? [];
  if (script !== "") {
    const isThere = PNPM_COMMANDS.has(script) || scripts(filter.split(" ").at(-1)!).has(script);
    return isThere ? "" : `no package.json has a script ${script}`;
  }
  const installed = /^npm install (.+)/.exec(command)?.[1]?.split(" ");
  if (installed) {
    const published = new Set(publishedPackages().map(({ manifest }) => manifest.name));
    return installed.every((name) => published.has(name)) ? "" : "installs what is not published";
  }
  const projects = [...command.matchAll(/--project (\S+)/g)].map(([, name]) => name!);
  if (/^npx vitest run /.test(command) && projects.length > 0) {
    const all = new Set(manifests().map(({ name }) => name));
    return projects.every((name) => all.has(name)) ? "" : "no such project";
  }
  const file = /^(?:node|sh) .*?(\S+\/\S+\.(?:ts|js|sh))/.exec(command)?.[1];
  if (file !== undefined) return filesOf(file).length > 0 ? "" : "no such file";
  return "nothing holds such a line";
}

interface Manifest {
  readonly name: string;
  readonly scripts?: Readonly<Record<string, string>>;
}

const manifests = (): Manifest[] =>
  filesOf("{.,apps/*,packages/*}/package.json").map(
    (path) => JSON.parse(readDocument(path)) as Manifest,
  );

/** Scripts of one package, or of all. */
const scripts = (name: string): ReadonlySet<string> =>
  new Set(
    manifests()
      .filter((one) => name === "" || one.name === name)
      .flatMap((one) => Object.keys(one.scripts ?? {})),
  );

const SCRIPTS: Readonly<Record<string, string>> = {
  forkpath: '"$NODE" "$CLI" "$@"; code=$?; echo "$code forkpath $*" >> "$CODES"; exit $code',
  npx: '[ "$1" = forkpath ] || exit 127; shift; exec forkpath "$@"',
  // The process that a reader has under another name: the shell itself.
  pidof: 'echo "$PPID"',
};

/** What ended otherwise than done, failed or incomplete (codes 0, 1 and 4), a line each. */
export async function runShell(lines: readonly string[], cwd: string): Promise<string[]> {
  const bin = mkdtempSync(join(tmpdir(), "forkpath-documents-bin-"));
  for (const [name, text] of Object.entries(SCRIPTS)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const CODES = join(bin, "codes");
  const PATH = `${bin}${delimiter}${process.env.PATH}`;
  // What is measured and kept stays with these lines.
  const home = { HOME: bin, XDG_CACHE_HOME: join(bin, "cache") };
  const env = { ...DOCUMENT_ENV, ...home, PATH, NODE: process.execPath, CLI, CODES };
  try {
    const { stderr } = await run(cwd, env, "sh", "-c", `${lines.join("\n")}\n:`);
    const codes = readFileSync(CODES, "utf8").trimEnd().split("\n");
    const bad = codes.filter((line) => !/^[014] /.test(line));
    const wanted = lines.filter((line) => FORKPATH.test(line)).length;
    if (codes.length !== wanted) bad.push(`${codes.length} of ${wanted} were run`);
    return bad.length > 0 ? [...bad, stderr] : [];
  } finally {
    rmSync(bin, { recursive: true, force: true });
  }
}
