/** Starts workers; the single file has others of these, with the workers inside. */
export const makeWorker = (): Worker =>
  new Worker(new URL("./main.ts", import.meta.url), { type: "module" });

export const makeOwnWorker = (): Worker =>
  new Worker(new URL("./own.ts", import.meta.url), { type: "module" });
