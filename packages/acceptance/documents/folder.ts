/** The folder in which a reader of a document has what its commands speak of. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REPO } from "@forkpath/config/published";
import { type Block, readDocument } from "./blocks.ts";

/** Their commands name files of the repository, so they run in its root. */
const IN_THE_REPOSITORY: ReadonlySet<string> = new Set(["README.md", "docs/tour.md"]);
const CAPTURES = join(REPO, "packages/procfs/test/captures");

/** In such a folder, a place for commands that write: it has only what the reader wrote. */
export const SHELL = "shell";

/**
 * @returns the root of the repository, or a folder of its own for the document, with the files that
 * the document tells its reader to write
 */
export function folderOf(document: string, blocks: readonly Block[]): string {
  if (IN_THE_REPOSITORY.has(document)) return REPO;
  const folder = mkdtempSync(join(tmpdir(), "forkpath-documents-"));
  mkdirSync(join(folder, SHELL));
  for (const { info, body } of blocks) {
    const [, name] = /^\w+ new (\S+)$/.exec(info) ?? [];
    if (name === undefined) continue;
    for (const dir of [folder, join(folder, SHELL)]) writeFileSync(join(dir, name), body);
  }
  if (document === "docs/operators.md") layCaptures(folder);
  if (document === "apps/cli/README.md") layRecordings(folder);
  return folder;
}

/** The recorded Redis and a machine around it, with two settings. */
function layCaptures(folder: string): void {
  const machine = "packages/acceptance/documents/operators";
  for (const [name, overcommit] of [
    ["capture-of-redis", 0],
    ["capture-of-strict", 2],
  ] as const) {
    const dir = join(folder, name);
    cpSync(join(CAPTURES, "redis/pre"), dir, { recursive: true });
    writeFileSync(join(dir, "meminfo"), readDocument(`${machine}/meminfo`));
    const info = JSON.parse(readDocument(`${machine}/capture.json`)) as { vm: object };
    const changed = { ...info, vm: { ...info.vm, overcommit_memory: overcommit } };
    writeFileSync(join(dir, "capture.json"), JSON.stringify(changed));
  }
}

/** A family of two, and three vectors: one holds, one wants something else, one is misspelt. */
function layRecordings(folder: string): void {
  for (const name of ["parent", "child"]) {
    cpSync(join(CAPTURES, "php-fpm", name), join(folder, name), { recursive: true });
  }
  const data = readFileSync(join(REPO, "packages/conformance/data/public.jsonl"), "utf8");
  const first = data.slice(0, data.indexOf("\n"));
  const vector = JSON.parse(first) as { expect: object };
  const expect = { ...vector.expect, nrPtes: 0 };
  const wrong = JSON.stringify({ ...vector, id: "test-1", shape: "test", expect });
  const misspelt = first.replace('"resched":"never"', '"resched":"seldom"');
  writeFileSync(join(folder, "vectors.jsonl"), `${[first, wrong, misspelt].join("\n")}\n`);
}
