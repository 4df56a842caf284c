/** Explores on several processors: worker threads share the work as they get to it. */
import { Worker } from "node:worker_threads";
import { type Exploration, joinShares, type WorkerShare } from "@forkpath/interleave";
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

/** Prefixes that workers can tell each other of; beyond, they take turns. */
const MOST_CLAIMS = 65_536;

/**
 * Runs `part` of the exploration in `jobs` worker threads, which take prefixes of schedules as they
 * get to them. The result is the same for any number of workers from two up.
 * @throws what the first of them threw
 */
export async function runJobs(
  job: Pick<ExploreJob, "litmus" | "strategy" | "max">,
  part: Part,
  jobs: number,
  terminal: Terminal,
): Promise<Worked<readonly Exploration[]>> {
  const total = Math.ceil(Math.ceil(job.max / part.count) / jobs) * jobs;
  const measure: Measure = { units: "schedules", total, isLimit: true };
  if (jobs === 1) {
    const work = exploring({ ...job, ...part });
    const { value, isInterrupted } = await runWork(work, measure, terminal);
    return { value: [value.exploration], isInterrupted };
  }
  const workers = workersOf(job, part, jobs);
  const { value, isInterrupted } = await watchJobs(jobs, measure, terminal, (watch) =>
    Promise.all(workers.map((one, index) => runInWorker(one, watch, index))),
  );
  const isShared = workers[0].claims !== undefined;
  const found = isShared ? [joinShares(value)] : value.map(({ exploration }) => exploration);
  return { value: found, isInterrupted };
}

/** Samples are dealt out run by run, which is as even as can be: each worker has a shard. */
function workersOf(
  job: Pick<ExploreJob, "litmus" | "strategy" | "max">,
  { index, count }: Part,
  jobs: number,
): readonly ExploreJob[] {
  const workers = Array.from({ length: jobs }, (_, worker) => worker);
  if (/^(pct|random):/.test(job.strategy)) {
    return workers.map((one) => ({ ...job, index: index * jobs + one, count: count * jobs }));
  }
  const bytes = MOST_CLAIMS * Int32Array.BYTES_PER_ELEMENT;
  const taken = new Int32Array(new SharedArrayBuffer(bytes));
  return workers.map((worker) => ({
    ...job,
    index,
    count,
    claims: { taken, worker, workers: jobs },
  }));
}

const runInWorker = (job: ExploreJob, watch: Watch, worker: number): Promise<WorkerShare> =>
  new Promise((resolve, reject) => {
    const thread = new Worker(WORKER, { workerData: { job, watch, worker }, execArgv: EXEC_ARGV });
    thread.once("message", resolve);
    thread.once("error", reject);
  });
