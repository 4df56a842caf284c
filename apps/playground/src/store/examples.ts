/** The scenarios that come with forkpath: those that are shown first, and texts to show. */
import {
  type ExampleKind,
  exampleNames,
  readExample,
  withoutSchemaLine,
} from "@forkpath/scenario/examples";

export const FIRST_EXAMPLE = "first-fork";
/** The step that is shown first: the fork. */
export const FIRST_STEP = 2;
export const FIRST_LITMUS = "d01-exec-arguments";

/** What the race view opens with: a schedule that loses an update. */
export const FIRST_RACE = `#v1/race/${FIRST_LITMUS}+everywhere@v1:a104b15`;

/** Litmuses on bare counters: names of code, not of texts. */
const COUNTER_LITMUSES = ["exec-charge-shipped", "exec-charge-cured", "exec-charge-split"];
export const isBare = (name: string): boolean => COUNTER_LITMUSES.includes(name);

/** Every litmus that can be chosen. */
export const LITMUSES: readonly string[] = [...exampleNames("litmus"), ...COUNTER_LITMUSES];

/** The text as it can be changed and run; undefined for a name that none has. */
export async function shippedText(kind: ExampleKind, name: string): Promise<string | undefined> {
  const text = await readExample(kind, name);
  return text === undefined ? undefined : withoutSchemaLine(text);
}
