/** A story for programs: what `--json` writes. */
import type { MachinePicture, TaskPicture } from "@forkpath/picture";
import type { StepResult } from "@forkpath/scenario";
import { type ExpectationJson, expectationJson } from "../scenario/result-json.ts";
import type { Story } from "./walk-story.ts";

interface StoryJson {
  readonly file: string;
  readonly title: string;
  /** What kept the machine from its first step; null where nothing did. */
  readonly fault: string | null;
  /** The machine before the first step. */
  readonly start: MachinePicture;
  readonly steps: readonly StepJson[];
}

type StepJson = Omit<StepResult, "expectations"> & {
  readonly expectations: readonly ExpectationJson[];
  /** The machine around the step. */
  readonly before: MachinePicture;
  readonly after: MachinePicture;
};

export interface JsonChoice {
  /** Which step only; 0 is the start, null all of them. */
  readonly at: number | null;
  readonly isShown: (name: string) => boolean;
}

/** Of one step, `start` is there too. */
export function storyJson(story: Story, { at, isShown }: JsonChoice): StoryJson {
  const { scenario, fault, start, moments } = story;
  const seen = ({ totals, tasks }: MachinePicture): MachinePicture => ({
    totals,
    tasks: tasks.filter(({ name }: TaskPicture) => isShown(name)),
  });
  const shown = moments.filter(({ result }) => at === null || at === result.number);
  return {
    file: scenario.fileName,
    title: scenario.title,
    fault,
    start: seen(start),
    steps: shown.map(({ result: { expectations, ...result }, before, after }) => ({
      ...result,
      expectations: expectations.map(expectationJson),
      before: seen(before),
      after: seen(after),
    })),
  };
}
