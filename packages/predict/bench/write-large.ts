/**
 * Writes the capture of a large process: how many GiB, and to which folder.
 *
 *    node --conditions=@forkpath/source packages/predict/bench/write-large.ts 64 /tmp/large
 */
import { writeCapture } from "@forkpath/capture";
import { largeCapture } from "./large-capture.ts";

const [gib = "64", folder = "large"] = process.argv.slice(2);
await writeCapture(folder, largeCapture(Number(gib)));
