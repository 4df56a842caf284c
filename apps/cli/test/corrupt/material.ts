/** What is broken: the files that come with forkpath, and what its commands write. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/** Runs a command line, and returns what it writes to standard output. */
export type RunCommand = (words: readonly string[]) => Promise<string>;

export interface Material {
  readonly scenarios: readonly string[];
  readonly litmuses: readonly string[];
  /** A line each. */
  readonly vectors: readonly string[];
  /** A line each, recorded of v6.1. */
  readonly histories: readonly string[];
  readonly blobs: readonly string[];
  readonly replays: readonly string[];
}

const ROOT: string = fileURLToPath(new URL("../../../../", import.meta.url));
const SHARDED = ["explore", "exec-charge-shipped", "--strategy", "dfs", "--json"];
const VECTORS = 60;
const HISTORIES = 40;

const textsOf = (folder: string): string[] =>
  readdirSync(ROOT + folder)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => readFileSync(`${ROOT}${folder}/${name}`, "utf8"));

export async function gatherMaterial(run: RunCommand): Promise<Material> {
  const blobs = [
    await run(SHARDED),
    await run([...SHARDED, "--shard", "1/2"]),
    await run([...SHARDED, "--shard", "2/2"]),
  ];
  const vectors = readFileSync(`${ROOT}packages/conformance/data/public.jsonl`, "utf8");
  const packed = readFileSync(`${ROOT}packages/recordings/data/histories-v6.1.jsonl.gz`);
  const histories = gunzipSync(packed).toString();
  return {
    scenarios: [...textsOf("examples"), ...textsOf("packages/scenario/defects")],
    litmuses: textsOf("examples/litmus"),
    vectors: vectors.split("\n").slice(0, VECTORS),
    histories: histories.split("\n").slice(0, HISTORIES),
    blobs,
    replays: blobs.flatMap((blob) => [...blob.matchAll(/"replay": "(.*)"/g)].map(([, one]) => one)),
  };
}
