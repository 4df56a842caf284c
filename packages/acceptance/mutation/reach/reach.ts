/**
 * Which test files reach which part of a source: found by one run of all tests over sources with
 * probes. A fault that a test file does not reach is nothing that it could notice.
 */
import { globSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Fault, pathOf } from "../fault.ts";
import { nearestFirst } from "../order.ts";
import { nameOf, type Suite, type TestFile } from "../suite.ts";
import { Tests } from "../tests.ts";
import { copyWorkspace, type Workspace } from "../workspace.ts";
import { type Part, partAt, partsOf, withProbes } from "./probes.ts";

/** How many probes ./setup.ts has room for. */
const PROBES = 1 << 16;
/** Of processor time, without the end of a test: files are loaded anew for each. */
const PATIENCE_MS = 60_000;

interface Source {
  readonly parts: readonly Part[];
  /** The number of its first probe. */
  readonly first: number;
}

export class Reach {
  readonly #sources: ReadonlyMap<string, Source>;
  /** By the name of the suite. */
  readonly #files: ReadonlyMap<string, readonly TestFile[]>;

  constructor(
    sources: ReadonlyMap<string, Source>,
    files: ReadonlyMap<string, readonly TestFile[]>,
  ) {
    this.#sources = sources;
    this.#files = files;
  }

  /**
   * The test files of the suite that reach the fault: the nearest first, of equally near ones the
   * quickest. Undefined for a planted fault, which may span parts.
   */
  filesFor(suite: Suite, fault: Fault): readonly string[] | undefined {
    if (fault.at === undefined) return undefined;
    const { parts, first } = this.#sources.get(pathOf(fault))!;
    const probe = first + partAt(parts, fault.at);
    const reaching = this.#files.get(nameOf(suite))!.filter(({ reached }) => reached.has(probe));
    const quickest = reaching.sort((a, b) => a.ms - b.ms).map(({ path }) => path);
    return nearestFirst(quickest, pathOf(fault));
  }
}

/**
 * Runs the suites once.
 * @param repo the root of the workspace
 * @param packages whose sources get probes
 * @throws Error when a test fails
 */
export async function surveyReach(
  repo: string,
  packages: readonly string[],
  suites: readonly Suite[],
): Promise<Reach> {
  const workspace = await copyWorkspace(repo);
  const tests = new Tests(workspace.root, PATIENCE_MS);
  try {
    const sources = await placeProbes(workspace, packages);
    const files = new Map<string, readonly TestFile[]>();
    for (const suite of suites) files.set(nameOf(suite), await tests.survey(suite));
    return new Reach(sources, files);
  } finally {
    tests.close();
    await workspace.remove();
  }
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
