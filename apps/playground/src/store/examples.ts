/** Examples and litmuses of the repository, each fetched when it is asked for. */

type Texts = Record<string, () => Promise<string>>;

const histories: Texts = import.meta.glob<string>("../../../../examples/*.yaml", {
  query: "?raw",
  import: "default",
});
const litmuses: Texts = import.meta.glob<string>("../../../../examples/litmus/*.yaml", {
  query: "?raw",
  import: "default",
});

const nameOf = (path: string): string =>
  path
    .split("/")
    .at(-1)
    ?.replace(/\.yaml$/, "") ?? path;
const byName = (texts: Texts): ReadonlyMap<string, () => Promise<string>> =>
  new Map(Object.entries(texts).map(([path, text]) => [nameOf(path), text]));

/** A line for an editor, which means nothing outside of the repository. */
const SCHEMA_LINE = /^# yaml-language-server:.*\n/;

export const FIRST_EXAMPLE = "first-fork";
/** The step that is shown first: the fork. */
export const FIRST_STEP = 2;
export const FIRST_LITMUS = "d01-exec-arguments";

export const EXAMPLES: ReadonlyMap<string, () => Promise<string>> = byName(histories);
export const LITMUSES: ReadonlyMap<string, () => Promise<string>> = byName(litmuses);

/** For people: the file as it can be changed and run. */
export const shownText = (text: string): string => text.replace(SCHEMA_LINE, "");

/** What the race view opens with: a schedule that loses an update. */
export const FIRST_RACE = `#v1/race/${FIRST_LITMUS}+everywhere@v1:a85b14`;
