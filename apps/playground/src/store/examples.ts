/** The scenarios that come with forkpath: those that are shown first, and texts to show. */
import { type ExampleKind, readExample, withoutSchemaLine } from "@forkpath/scenario/examples";

export const FIRST_EXAMPLE = "first-fork";
/** The step that is shown first: the fork. */
export const FIRST_STEP = 2;
export const FIRST_LITMUS = "d01-exec-arguments";

/** What the race view opens with: a schedule that loses an update. */
export const FIRST_RACE = `#v1/race/${FIRST_LITMUS}+everywhere@v1:a104b15`;

/** The text as it can be changed and run; undefined for a name that none has. */
export async function shippedText(kind: ExampleKind, name: string): Promise<string | undefined> {
  const text = await readExample(kind, name);
  return text === undefined ? undefined : withoutSchemaLine(text);
}
