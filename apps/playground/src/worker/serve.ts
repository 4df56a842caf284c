/** What the workers share: questions come in, and each is answered under its number. */
import type { WorkerShare } from "@forkpath/interleave";
import type { Calls, ChunkPack, Kind, Request } from "./protocol.ts";

/** What a worker's scope offers; lib WebWorker would take the place of the DOM's own types. */
interface Scope {
  onmessage: ((message: { readonly data: Request }) => void) | null;
  postMessage(message: unknown, transfer?: Transferable[]): void;
}

const scope = globalThis as unknown as Scope;

/** Answers of `explore` come several times: `tell` sends those before the last. */
type Answerer = (
  request: Request,
  tell: (soFar: WorkerShare) => void,
) => Promise<ReturnType<Calls[Kind]>>;

const buffersOf = ({ letters, frames, mapcounts, counts, bits, marks }: ChunkPack) =>
  [letters, frames, mapcounts, counts, bits, marks].map(({ buffer }) => buffer as ArrayBuffer);

async function answerTo(request: Request, answer: Answerer): Promise<void> {
  const { id, kind } = request;
  try {
    const value = await answer(request, (soFar) => {
      scope.postMessage({ id, kind, value: soFar, isPartial: true });
    });
    const given = value !== null && "chunks" in value ? buffersOf(value.chunks) : [];
    scope.postMessage({ id, kind, value }, given);
  } catch (error) {
    scope.postMessage({ id, kind, error: error instanceof Error ? error.message : String(error) });
  }
}

/** Answers every question under its number, one after the other. */
export function serve(answer: Answerer): void {
  scope.onmessage = ({ data }) => {
    void answerTo(data, answer);
  };
}
