/** A worker thread of `explore --jobs`: runs its shard, and posts what it has found. */
import { parentPort, workerData } from "node:worker_threads";
import { runWatched, type Watch } from "../work/watch-jobs.ts";
import { type ExploreJob, exploring } from "./explore-job.ts";

interface WorkerData {
  readonly job: ExploreJob;
  readonly watch: Watch;
  readonly worker: number;
}

const { job, watch, worker } = workerData as WorkerData;
parentPort?.postMessage(runWatched(exploring(job), watch, worker));
