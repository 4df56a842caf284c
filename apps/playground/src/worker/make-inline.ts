/** Starts a worker that is a part of the page: takes the place of make.ts in the single file. */
import InlineWorker from "./main.ts?worker&inline";

export const makeWorker = (): Worker => new InlineWorker();
