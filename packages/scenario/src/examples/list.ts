/**
 * The scenarios that come with forkpath, `@forkpath/scenario/examples`: titles at once, a text when
 * it is asked for.
 *
 * Both files are written from the `examples` of the repository by `scripts/write-examples.ts`.
 */
import titles from "./titles.json" with { type: "json" };

/** Histories run step by step; litmuses have threads whose turns are explored. */
export type ExampleKind = "history" | "litmus";

export interface Example {
  readonly kind: ExampleKind;
  /** Unlike those of its kind. */
  readonly name: string;
  readonly title: string;
}

type ByKind = Readonly<Record<ExampleKind, Readonly<Record<string, string>>>>;

/** All of a kind, by name. */
export const listExamples = (kind: ExampleKind): readonly Example[] =>
  Object.entries((titles as ByKind)[kind]).map(([name, title]) => ({ kind, name, title }));

/** In the order of `listExamples`. */
export const exampleNames = (kind: ExampleKind): readonly string[] =>
  Object.keys((titles as ByKind)[kind]);

/**
 * The YAML of one; undefined for a name that none has. Bundlers put all texts into one file, which
 * is loaded with the first.
 */
export async function readExample(kind: ExampleKind, name: string): Promise<string | undefined> {
  if (!Object.hasOwn((titles as ByKind)[kind], name)) return undefined;
  const { default: texts } = await import("./texts.json", { with: { type: "json" } });
  return (texts as ByKind)[kind][name];
}

/** A line for editors, which means nothing outside of the repository. */
const SCHEMA_LINE = /^# yaml-language-server:.*\n/;

/** The text as a reader may keep it. */
export const withoutSchemaLine = (text: string): string => text.replace(SCHEMA_LINE, "");
