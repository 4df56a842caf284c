/**
 * Litmuses by name or file: those on bare counters, those that come with the command, and files
 * of the user.
 *
 * What is found is plain data, so that a worker thread can make the same litmus of it.
 */
import { createHash } from "node:crypto";
import { counterLitmuses, type Litmus, type LitmusState, scenarioLitmus } from "@forkpath/explore";
import { CannotRun, parseScenario } from "@forkpath/scenario";
import { exampleNames, listExamples, readExample } from "@forkpath/scenario/examples";
import { nearestWord } from "@forkpath/scenario/internal";
import { inputName, readInput } from "../read-input.ts";
import { EXTENSION } from "../shipped.ts";
import { UsageError } from "../usage-error.ts";
import { parseVariant, type Variant } from "./variant.ts";

/** A litmus as it can be handed to a worker thread. */
export interface LitmusSource {
  /** With its variant behind it. */
  readonly name: string;
  /** Null for a litmus on bare counters. */
  readonly text: string | null;
  /** What messages about the text begin with. */
  readonly fileName: string;
}

const IDENTITY_DIGITS = 16;

/** What tells a litmus from others, whatever its file is called: a digest of text and variant. */
function identityOf(text: string, { cured, everywhere, kernel }: Variant): string {
  const whole = JSON.stringify([
    text,
    cured,
    everywhere,
    ...(kernel === undefined ? [] : [kernel]),
  ]);
  return createHash("sha256").update(whole).digest("hex").slice(0, IDENTITY_DIGITS);
}

/**
 * @param name of a known litmus, or a file; a variant may follow
 * @throws UsageError for what is neither
 */
export async function findLitmus(
  name: string,
  stdin: AsyncIterable<Uint8Array>,
): Promise<LitmusSource> {
  const { base } = parseVariant(name);
  if (counterLitmuses().some((litmus) => litmus.name === base)) {
    return { name, text: null, fileName: base };
  }
  const shipped = await readExample("litmus", base);
  if (shipped !== undefined) return { name, text: shipped, fileName: `${base}${EXTENSION}` };
  if (!/[./]|^-$/.test(base)) throw unknownName(base, exampleNames("litmus"));
  const text = new TextDecoder().decode(await readInput(base, stdin));
  return { name, text, fileName: inputName(base) };
}

/** Of a litmus's name, half may be wrong or missing. */
const NEAR = 0.5;

function unknownName(name: string, inFolder: readonly string[]): UsageError {
  if (name === "") return new UsageError("no litmus has an empty name; explore lists them");
  if (exampleNames("history").includes(name)) {
    return new UsageError(`${name} has no threads to explore: forkpath run ${name}`);
  }
  const known = [...counterLitmuses().map((litmus) => litmus.name), ...inFolder];
  const meant = nearestWord(name, known, (one) => one.length * NEAR);
  const help = meant === undefined ? "explore lists them" : `did you mean ${meant}?`;
  return new UsageError(`no litmus has the name ${name}; ${help}`);
}

/**
 * Makes the litmus.
 * @throws ScenarioError for a text that is no scenario
 * @throws UsageError for one without threads, without a cure where one is asked for, or whose steps
 * before the threads fail
 */
export function makeLitmus({ name, text, fileName }: LitmusSource): Litmus<LitmusState> {
  const variant = parseVariant(name);
  const { base, cured, everywhere, kernel } = variant;
  if (text === null) {
    const known = counterLitmuses().find((litmus) => litmus.name === base);
    if (kernel !== undefined)
      throw new UsageError(`${fileName} is of no release: it has counters only`);
    if (known === undefined || cured) throw new UsageError(`${fileName} has no cure to run with`);
    return known as Litmus<LitmusState>;
  }
  const scenario = parseScenario(text, fileName);
  if (scenario.threads.size === 0) throw new UsageError(`${fileName} has no threads to explore`);
  if (cured && scenario.cure === null) throw new UsageError(`${fileName} has no cure to run with`);
  const release = kernel === undefined ? {} : { kernel };
  const identity = identityOf(text, variant);
  const options = { ...release, cured, everywhere, identity, compile: Function };
  const litmus = scenarioLitmus(base, scenario, options) as Litmus<LitmusState>;
  expectReachable(litmus, fileName);
  return litmus;
}

/** Its machine may be too small for its processes, say: better told before the first schedule. */
function expectReachable(litmus: Litmus<LitmusState>, fileName: string): void {
  try {
    litmus.setup();
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    throw new UsageError(`${fileName}: ${error.message}`);
  }
}

/** Every litmus that can be asked for by name. */
export const knownLitmuses = (): readonly { readonly name: string; readonly title: string }[] => [
  ...counterLitmuses(),
  ...listExamples("litmus"),
];
