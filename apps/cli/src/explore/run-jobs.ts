/** Explores on several processors: each worker thread takes a shard. */
import { Worker } from "node:worker_threads";
import type { Exploration } from "@forkpath/interleave";
import type { Part } from "./choose-shard.ts";
import { type ExploreJob, runJob } from "./explore-job.ts";

/** Run from its sources, the command has TypeScript workers that read TypeScript packages. */
const isSource = import.meta.url.endsWith(".ts");
const WORKER = new URL(`./explore-worker.${isSource ? "ts" : "js"}`, import.meta.url);
const EXEC_ARGV = isSource ? ["--conditions=@forkpath/source"] : [];

/**
 * Splits `part` of the exploration into `jobs` shards, and runs them at once.
 * @returns one exploration for each shard, in order
 * @throws what the first of them threw
 */
export async function runJobs(
  job: Pick<ExploreJob, "litmus" | "strategy" | "max">,
  part: Part,
  jobs: number,
): Promise<readonly Exploration[]> {
  const count = part.count * jobs;
  const shards = Array.from({ length: jobs }, (_, index) => ({
    ...job,
    index: part.index * jobs + index,
    count,
  }));
  return jobs === 1 ? [runJob(shards[0])] : Promise.all(shards.map(runInWorker));
}

const runInWorker = (job: ExploreJob): Promise<Exploration> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(WORKER, { workerData: job, execArgv: EXEC_ARGV });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
