/** Starts a worker; the single file has another one of these, with the worker inside. */
export const makeWorker = (): Worker =>
  new Worker(new URL("./main.ts", import.meta.url), { type: "module" });
