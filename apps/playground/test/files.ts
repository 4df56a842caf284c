/** The examples and litmuses that come with forkpath, as the page has them. */
import { type ExampleKind, listExamples } from "@forkpath/scenario/examples";
import { shippedText } from "../src/store/examples.ts";

interface NamedText {
  readonly name: string;
  readonly text: string;
}

const textsOf = (kind: ExampleKind): Promise<NamedText[]> =>
  Promise.all(
    listExamples(kind).map(async ({ name }) => ({
      name,
      text: (await shippedText(kind, name)) ?? "",
    })),
  );

export const examples: readonly NamedText[] = await textsOf("history");
export const litmuses: readonly NamedText[] = await textsOf("litmus");
