/** A scenario from a file, from standard input, or of those that come with the command. */
import type { KernelName } from "@forkpath/abi";
import { onKernel, parseScenario, type Scenario } from "@forkpath/scenario";
import { type ExampleKind, exampleNames, readExample } from "@forkpath/scenario/examples";
import { nearestWord } from "@forkpath/scenario/internal";
import { inputName, readInput } from "../read-input.ts";
import { isBareName } from "../shipped.ts";
import { UsageError } from "../usage-error.ts";

/**
 * @param file may be the name of an example; a file has a dot or a slash in its name
 * @param kernel what it is to run on, whatever it says itself
 * @throws UsageError for a file that cannot be read
 * @throws ScenarioError for a text that is no scenario
 */
export async function readScenario(
  file: string,
  stdin: AsyncIterable<Uint8Array>,
  kernel?: KernelName,
): Promise<Scenario> {
  const { text, fileName } = await readSource(file, stdin);
  const scenario = parseScenario(text, fileName);
  return kernel === undefined ? scenario : onKernel(scenario, kernel);
}

/**
 * The text alone, and what messages call it.
 * @throws UsageError for a file that cannot be read
 */
export async function readSource(
  file: string,
  stdin: AsyncIterable<Uint8Array>,
): Promise<{ readonly text: string; readonly fileName: string }> {
  const example = await readExample("history", file);
  const text = example ?? new TextDecoder().decode(await readFileOrHelp(file, stdin));
  return { text, fileName: example === undefined ? inputName(file) : file };
}

/**
 * A word that is neither a file nor an example may be a mistyped example.
 * @throws UsageError for a file that cannot be read
 */
export async function readFileOrHelp(
  file: string,
  stdin: AsyncIterable<Uint8Array>,
  kinds: readonly ExampleKind[] = ["history"],
): Promise<Uint8Array> {
  try {
    return await readInput(file, stdin);
  } catch (error) {
    const isName = error instanceof UsageError && isBareName(file);
    if (isName && exampleNames("litmus").includes(file)) {
      throw new UsageError(`${file} is a litmus, whose threads race: forkpath explore ${file}`);
    }
    const meant = isName ? nearestWord(file, kinds.flatMap(exampleNames)) : undefined;
    if (meant === undefined) throw error;
    throw new UsageError(`there is no file ${file}; did you mean the example ${meant}?`);
  }
}
