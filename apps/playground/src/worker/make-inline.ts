/** Starts workers that are a part of the page: takes the place of make.ts in the single file. */
import MainWorker from "./main.ts?worker&inline";
import OwnWorker from "./own.ts?worker&inline";

export const makeWorker = (): Worker => new MainWorker();
export const makeOwnWorker = (): Worker => new OwnWorker();
