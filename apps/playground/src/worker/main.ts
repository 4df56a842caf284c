/** The worker: takes questions one by one, and answers each under its number. */
import type { KernelName } from "@forkpath/abi";
import type { WorkerShare } from "@forkpath/interleave";
import { Encoder } from "../chunks/encode.ts";
import type { Insight } from "./inside.ts";
import { openStory, type Story } from "./open.ts";
import type { Calls, Kind, RaceSource, Request } from "./protocol.ts";
import { serve } from "./serve.ts";

/** What a history does without, and only a race needs. */
const raceCode = (): Promise<typeof import("./explore.ts")> => import("./explore.ts");

/** What looks closer at one step, when the maps of all are there. */
const stepCode = (): Promise<typeof import("./step.ts")> => import("./step.ts");

/** What stays open between two questions. */
class Desk {
  private story: Story | null = null;
  private insight: Insight | null = null;
  private race: { source: RaceSource; schedule: string; encoder: Encoder } | null = null;

  /** Answers of `explore` come several times: `tell` sends those before the last. */
  async answer(
    { kind, args }: Request,
    tell: (soFar: WorkerShare) => void,
  ): Promise<ReturnType<Calls[Kind]>> {
    switch (kind) {
      case "open":
        return this.open(...(args as Parameters<Calls["open"]>));
      case "trace":
        return (await stepCode()).traceStep(this.known(), ...(args as Parameters<Calls["trace"]>));
      case "inside":
        return this.inside(...(args as Parameters<Calls["inside"]>));
      case "explore":
        return (await raceCode()).exploreShare(...(args as Parameters<Calls["explore"]>), tell);
      case "conclude":
        return (await raceCode()).conclude(...(args as Parameters<Calls["conclude"]>));
      case "replay":
        return this.replay(...(args as Parameters<Calls["replay"]>));
      case "prepare":
        await Promise.all([raceCode(), stepCode()]);
        return null;
      case "predict":
      case "map":
        throw new RangeError(`${kind}: another worker does that`);
      case "look":
        return this.look(...(args as Parameters<Calls["look"]>));
    }
  }

  private open(
    text: string,
    fileName: string,
    kernel: KernelName | null,
  ): ReturnType<Calls["open"]> {
    const { story, opened } = openStory(text, fileName, kernel);
    if (story !== null) {
      this.story = story;
      this.insight = null;
    }
    return opened;
  }

  private async inside(step: number, point: number): Promise<ReturnType<Calls["inside"]>> {
    const { Insight } = await stepCode();
    const story = this.known();
    if (this.insight?.isOf(story, step) !== true) this.insight = new Insight(story, step);
    return this.insight.at(point);
  }

  private async replay(source: RaceSource, schedule: string): Promise<ReturnType<Calls["replay"]>> {
    const { replayOne } = await raceCode();
    const replayed = await replayOne(source, schedule);
    this.race = { source, schedule: replayed.schedule, encoder: new Encoder() };
    return replayed;
  }

  private async look(step: number): Promise<ReturnType<Calls["look"]>> {
    if (this.race === null) throw new RangeError("look: no schedule is open");
    const { source, schedule, encoder } = this.race;
    const { lookAt } = await raceCode();
    const state = lookAt(source, schedule, step, encoder);
    return { state, chunks: encoder.takeFresh(), looks: encoder.looks };
  }

  private known(): Story {
    if (this.story === null) throw new RangeError("no history is open");
    return this.story;
  }
}

const desk = new Desk();

serve((request, tell) => desk.answer(request, tell));
