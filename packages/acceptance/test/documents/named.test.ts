/** Commands and scripts that running text, issue forms and workflows name are there. */
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { filesOf, readDocument } from "../../documents/blocks.ts";
import { createHelp, faultsOfUse } from "../../documents/help.ts";
import { faultOf } from "../../documents/shell.ts";

/** What was seen on one day may have gone since. */
const OF_A_DAY: ReadonlySet<string> = new Set(["docs/readers.md"]);
const texts = filesOf(
  ...["*.md", "llms.txt", "docs/*.md", "{apps,packages}/*/README.md", "examples/**/*.md"],
  ".github/**/*.yml",
).filter((path) => !OF_A_DAY.has(path));
const workflows = filesOf(".github/workflows/*.yml");
/** To be copied by others. */
const jobs = filesOf("examples/cluster/*.{yml,yaml,sh}");
const forms = filesOf(".github/ISSUE_TEMPLATE/*.yml").filter(
  (path) => !path.endsWith("config.yml"),
);

/** What stands in single backticks, with line breaks as blanks: by its text, where it stands. */
const spoken = new Map(
  texts.flatMap((path) =>
    Array.from(
      readDocument(path)
        .replace(/^```[\s\S]*?^```$/gm, "")
        .matchAll(/`([^`]+)`/g),
      ([, code]) => [code!.replace(/\s+/g, " "), path] as const,
    ),
  ),
);
const startingWith = (pattern: RegExp): Array<readonly [string, string]> =>
  [...spoken].filter(([code]) => pattern.test(code));

describe("commands of forkpath in running text", () => {
  const commands = [
    ...startingWith(/^forkpath [a-z]/),
    ...jobs.flatMap((path) =>
      Array.from(readDocument(path).matchAll(/npx forkpath [a-z].*/g), ([line]) => [line, path]),
    ),
  ];
  const faults: string[] = [];
  const help = createHelp();
  beforeAll(async () => {
    for (const [command, path] of commands) {
      for (const fault of await faultsOfUse(command, help)) faults.push(`${path}: ${fault}`);
    }
  }, 120_000);

  test("are there, with their options", () => {
    expect(commands.length).toBeGreaterThan(50);
    expect(faults).toEqual([]);
  });
});

test("scripts in running text are there", () => {
  const named = startingWith(/^(?:npx -y pnpm@12|pnpm) [a-z-]/);
  expect(named.length).toBeGreaterThan(10);
  const faults = named.map(([command, path]) => `${path}: ${faultOf(command)}`);
  expect(faults.filter((fault) => !fault.endsWith(": "))).toEqual([]);
});

test("what the README has developers put behind pnpm is there", () => {
  const [, section = ""] = readDocument("README.md").split("\n## For developers\n");
  const rows = Array.from(section.matchAll(/^\| (`.*?) \|/gm), ([, cell]) => cell!);
  const named = rows.flatMap((cell) =>
    Array.from(cell.matchAll(/`([^`]+)`/g), ([, one]) => `pnpm ${one}`),
  );
  expect(named.length).toBeGreaterThan(8);
  expect(named.map(faultOf).filter((fault) => fault !== "")).toEqual([]);
});

interface Workflow {
  readonly permissions?: object;
  readonly jobs: Readonly<Record<string, { "timeout-minutes"?: number; steps: readonly Step[] }>>;
}
interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

describe.each(workflows)("%s", (path) => {
  const text = readDocument(path);
  const workflow = parse(text) as Workflow;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  test("runs scripts that are there", () => {
    const lines = steps.flatMap(({ run, with: { version, publish } = {} }) =>
      [run, version, publish].flatMap((one) => (typeof one === "string" ? one.split("\n") : [])),
    );
    expect(lines.length).toBeGreaterThan(0);
    const ours = lines.filter((line) => /(?:^| )pnpm(?:@| )/.test(line));
    expect(ours.map((line) => faultOf(line.trim())).filter((fault) => fault !== "")).toEqual([]);
  });

  test("says what it may, and pins each action by its digest, with the version beside it", () => {
    expect(workflow.permissions).toBeDefined();
    const uses = text.match(/uses: .*/g) ?? [];
    expect(uses).toHaveLength(steps.filter((step) => step.uses !== undefined).length);
    const pinned = /^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+(?:\.\d+)*$/;
    expect(uses.filter((one) => !pinned.test(one))).toEqual([]);
  });
});

interface Form {
  readonly name?: string;
  readonly description?: string;
  readonly body: ReadonlyArray<{ type: string; id: string; attributes: { label?: string } }>;
}

test.each(forms)("%s asks for something, under names of its own", (path) => {
  const { name, description, body } = parse(readDocument(path)) as Form;
  expect([typeof name, typeof description]).toEqual(["string", "string"]);
  expect(new Set(body.map(({ id }) => id)).size).toBe(body.length);
  const types = new Set(["textarea", "input", "dropdown", "checkboxes", "markdown"]);
  expect(body.filter(({ type, attributes }) => !types.has(type) || !attributes.label)).toEqual([]);
});

test("renovate.json is JSON, and moves the digests of actions", () => {
  const { packageRules } = JSON.parse(readDocument("renovate.json")) as {
    packageRules: ReadonlyArray<Readonly<Record<string, unknown>>>;
  };
  expect(packageRules).toContainEqual(expect.objectContaining({ pinDigests: true }));
});

test("what llms.txt lists is there", () => {
  const links = Array.from(readDocument("llms.txt").matchAll(/\]\(([^)]+)\)/g), ([, to]) => to!);
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((to) => filesOf(to).length === 0)).toEqual([]);
});
