/** A worker thread that explores one shard, sends what it found, and ends. */
import { parentPort, workerData } from "node:worker_threads";
import { type ExploreJob, runJob } from "./explore-job.ts";

parentPort?.postMessage(runJob(workerData as ExploreJob));
