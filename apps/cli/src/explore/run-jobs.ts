/** Explores on several processors: each worker thread takes a shard. */
import { Worker } from "node:worker_threads";
import type { Exploration } from "@forkpath/interleave";
import type { Terminal } from "../terminal.ts";
import type { Measure } from "../work/progress-text.ts";
import { runWork, type Worked } from "../work/run-work.ts";
import { type Watch, watchJobs } from "../work/watch-jobs.ts";
import type { Part } from "./choose-shard.ts";
import { type ExploreJob, exploring } from "./explore-job.ts";

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
  terminal: Terminal,
): Promise<Worked<readonly Exploration[]>> {
  const count = part.count * jobs;
  const shards = Array.from({ length: jobs }, (_, index) => ({
    ...job,
    index: part.index * jobs + index,
    count,
  }));
  const total = Math.ceil(job.max / count) * jobs;
  const measure: Measure = { units: "schedules", total, isLimit: true };
  if (jobs > 1) {
    return watchJobs(jobs, measure, terminal, (watch) =>
      Promise.all(shards.map((one, index) => runInWorker(one, watch, index))),
    );
  }
  const { value, isInterrupted } = await runWork(exploring(shards[0]), measure, terminal);
  return { value: [value], isInterrupted };
}

const runInWorker = (job: ExploreJob, watch: Watch, worker: number): Promise<Exploration> =>
  new Promise((resolve, reject) => {
    const thread = new Worker(WORKER, { workerData: { job, watch, worker }, execArgv: EXEC_ARGV });
    thread.once("message", resolve);
    thread.once("error", reject);
  });
