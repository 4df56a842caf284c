/**
 * Questions to a worker: one of a kind is on its way at a time, and a newer one takes the place of
 * the one that waits. What was overtaken is answered with null.
 */
import type { Answer, Calls, Kind, Request } from "./protocol.ts";

interface Waiting {
  /** When it was asked, by the page's clock. */
  readonly since: number;
  readonly request: Request;
  readonly settle: (value: unknown) => void;
  readonly fail: (error: Error) => void;
  readonly tell?: ((value: unknown) => void) | undefined;
}

type Message = Answer & { readonly isPartial?: boolean };

const NOT_STARTED = "The part of the page that runs the model could not be loaded.";

export class Port {
  private worker: Worker | null = null;
  private readonly make: () => Worker;
  private nextId = 1;
  private readonly inFlight = new Map<Kind, Waiting>();
  private readonly queued = new Map<Kind, Waiting>();

  /** @param make starts a worker; called at the first question, and again after `stop` */
  constructor(make: () => Worker) {
    this.make = make;
  }

  /** @returns the answer, or null if a newer question of the kind came in between */
  ask<K extends Kind>(
    kind: K,
    args: Parameters<Calls[K]>,
    tell?: (soFar: ReturnType<Calls[K]>) => void,
  ): Promise<ReturnType<Calls[K]> | null> {
    return new Promise((settle, fail) => {
      const waiting: Waiting = {
        since: performance.now(),
        request: { id: this.nextId++, kind, args },
        settle: settle as Waiting["settle"],
        fail,
        tell: tell as Waiting["tell"],
      };
      if (this.inFlight.has(kind)) {
        this.queued.get(kind)?.settle(null);
        this.queued.set(kind, waiting);
      } else this.send(waiting);
    });
  }

  /** Ends the worker if it has been at a question of the kind for longer than that. */
  giveUp(kind: Kind, ms: number): void {
    const since = this.inFlight.get(kind)?.since ?? Number.POSITIVE_INFINITY;
    if (performance.now() - since > ms) this.stop();
  }

  /** Ends whatever the worker does. Nothing of it arrives any more. */
  stop(): void {
    this.worker?.terminate();
    this.worker = null;
    for (const waiting of [...this.inFlight.values(), ...this.queued.values()]) {
      waiting.settle(null);
    }
    this.inFlight.clear();
    this.queued.clear();
  }

  private send(waiting: Waiting): void {
    this.inFlight.set(waiting.request.kind, waiting);
    this.started().postMessage(waiting.request);
  }

  private started(): Worker {
    if (this.worker === null) {
      const worker = this.make();
      worker.onmessage = ({ data }: { readonly data: Message }) => {
        if (worker === this.worker) this.hear(data);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        if (worker === this.worker) this.fail(new Error(NOT_STARTED));
      };
      this.worker = worker;
    }
    return this.worker;
  }

  /** The worker does not run: its script could not be fetched. The next question tries again. */
  private fail(error: Error): void {
    const all = [...this.inFlight.values(), ...this.queued.values()];
    this.worker?.terminate();
    this.worker = null;
    this.inFlight.clear();
    this.queued.clear();
    for (const waiting of all) waiting.fail(error);
  }

  private hear(answer: Message): void {
    const waiting = this.inFlight.get(answer.kind);
    if (waiting === undefined || waiting.request.id !== answer.id) return;
    if ("value" in answer && answer.isPartial === true) {
      waiting.tell?.(answer.value);
      return;
    }
    this.inFlight.delete(answer.kind);
    const next = this.queued.get(answer.kind);
    if (next !== undefined) {
      this.queued.delete(answer.kind);
      this.send(next);
    }
    if ("error" in answer) waiting.fail(new Error(answer.error));
    else waiting.settle(answer.value);
  }
}
