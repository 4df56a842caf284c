/**
 * Which test files reach which part of a source: found by one run of all tests over sources with
 * probes. A fault that a test file does not reach is nothing that it could notice.
 */
import { createHash } from "node:crypto";
import { existsSync, globSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Fault, pathOf } from "../fault.ts";
import { nearestFirst } from "../order.ts";
import { nameOf, PROBES, type Suite, type TestFile } from "../suite.ts";
import { Tests } from "../tests.ts";
import { copyWorkspace, type Workspace } from "../workspace.ts";
import { type Part, partAt, partsOf, withProbes } from "./probes.ts";

/** Of processor time, without the end of a test: files are loaded anew for each. */
const PATIENCE_MS = 60_000;

/** What was found, by the name of the suite. */
type Survey = Readonly<Record<string, readonly TestFile[]>>;

interface Source {
  readonly parts: readonly Part[];
  /** The number of its first probe. */
  readonly first: number;
}

export class Reach {
  readonly #sources: ReadonlyMap<string, Source>;
  readonly #survey: Survey;

  constructor(sources: ReadonlyMap<string, Source>, survey: Survey) {
    this.#sources = sources;
    this.#survey = survey;
  }

  /**
   * The test files of the suite that reach the fault: the nearest first, of equally near ones the
   * quickest. Undefined for a planted fault, which may span parts.
   */
  filesFor(suite: Suite, fault: Fault): readonly TestFile[] | undefined {
    if (fault.at === undefined) return undefined;
    const source = pathOf(fault);
    const { parts, first } = this.#sources.get(source)!;
    const probe = first + partAt(parts, fault.at);
    const reaching = this.#survey[nameOf(suite)]!.filter(({ reached }) => reached.includes(probe));
    const quickest = reaching.sort((a, b) => a.ms - b.ms);
    return nearestFirst(quickest, source, ({ path }) => path);
  }
}

/**
 * Runs the suites once, or reads what was found when they ran last.
 * @param repo the root of the workspace
 * @param packages whose sources get probes
 * @param kept a file for what is found; it counts for as long as sources and tests stay the same
 * @throws Error when a test fails
 */
export async function surveyReach(
  repo: string,
  packages: readonly string[],
  suites: readonly Suite[],
  kept?: string,
): Promise<Reach> {
  const workspace = await copyWorkspace(repo);
  try {
    const digest = await digestOf(workspace, suites);
    const sources = await placeProbes(workspace, packages);
    const known = kept !== undefined && existsSync(kept) ? await readSurvey(kept) : undefined;
    if (known?.digest === digest) return new Reach(sources, known.survey);
    const survey = await runSuites(workspace, suites);
    if (kept !== undefined) await writeFile(kept, JSON.stringify({ digest, survey }));
    return new Reach(sources, survey);
  } finally {
    await workspace.remove();
  }
}

async function runSuites({ root }: Workspace, suites: readonly Suite[]): Promise<Survey> {
  const tests = new Tests(root, PATIENCE_MS);
  try {
    const survey: Record<string, readonly TestFile[]> = {};
    for (const suite of suites) survey[nameOf(suite)] = await tests.survey(suite);
    return survey;
  } finally {
    tests.close();
  }
}

const readSurvey = async (path: string): Promise<{ digest: string; survey: Survey }> =>
  JSON.parse(await readFile(path, "utf8"));

/** Of all sources and tests, and of which suites are asked. */
async function digestOf({ root }: Workspace, suites: readonly Suite[]): Promise<string> {
  const hash = createHash("sha256").update(suites.map(nameOf).join("\n"));
  for (const path of globSync("packages/*/{src,test}/**/*.{ts,yaml,json}", { cwd: root }).sort()) {
    hash.update(path).update(await readFile(join(root, path)));
  }
  return hash.digest("hex");
}

async function placeProbes(
  { root }: Workspace,
  packages: readonly string[],
): Promise<ReadonlyMap<string, Source>> {
  const sources = new Map<string, Source>();
  let first = 0;
  for (const pkg of packages) {
    for (const path of globSync(`packages/${pkg}/src/**/*.ts`, { cwd: root }).sort()) {
      const text = await readFile(join(root, path), "utf8");
      const parts = partsOf(text);
      sources.set(path, { parts, first });
      await writeFile(join(root, path), withProbes(text, parts, first));
      first += parts.length;
    }
  }
  if (first > PROBES) throw new Error(`${first} probes, but there is room for ${PROBES}`);
  return sources;
}
