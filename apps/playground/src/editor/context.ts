/**
 * Where a place in a YAML text is: below which keys, and whether a key or a value is being written.
 *
 * It reads the text before the cursor only, and goes by indentation and brackets: a text that is
 * being written seldom parses.
 */

/** Stands for an item of a list. */
export const ITEM = "[]";

export interface Place {
  /** Keys from the outermost in; ITEM for an item of a list. */
  readonly path: readonly string[];
  readonly kind: "key" | "value";
  /** What is written of the word so far, and where it begins. */
  readonly typed: string;
  readonly from: number;
  /** Keys that the mapping has already. */
  readonly siblings: readonly string[];
}

interface Bracket {
  readonly sign: "{" | "[";
  readonly at: number;
  /** Where the entry begins that is written now. */
  entry: number;
}

const KEY = /^\s*(?:"([^"]*)"|'([^']*)'|([^\s#:,{}[\]"'][^:,{}[\]]*?))\s*:(?=\s|$)/;
const WORD = /[^\s,:{}[\]"']*$/;

const keyOf = (text: string): string | undefined => {
  const found = KEY.exec(text);
  return found?.[1] ?? found?.[2] ?? found?.[3];
};

export function placeAt(text: string, pos: number): Place {
  const brackets = openBrackets(text, pos);
  const typed = WORD.exec(text.slice(0, pos))?.[0] ?? "";
  const from = pos - typed.length;
  if (brackets.length === 0) return { ...blockPlace(text, pos), typed, from };
  const outer = blockPlace(text, brackets[0].at);
  const path = [...outer.path];
  for (const [depth, { sign, entry }] of brackets.entries()) {
    const end = brackets[depth + 1]?.at ?? pos;
    const key = sign === "{" ? keyOf(text.slice(entry, end)) : ITEM;
    if (depth + 1 < brackets.length || sign === "[") {
      if (key !== undefined) path.push(key);
      continue;
    }
    const siblings = flowKeys(text, brackets[depth].at, entry);
    if (key === undefined) return { path, kind: "key", typed, from, siblings };
    path.push(key);
  }
  return { path, kind: "value", typed, from, siblings: [] };
}

/** Brackets that are open at `pos`; quotes and comments have none. */
function openBrackets(text: string, pos: number): Bracket[] {
  const open: Bracket[] = [];
  let quote = "";
  for (let at = 0; at < pos; at++) {
    const sign = text[at];
    if (quote !== "") {
      if (sign === quote || sign === "\n") quote = "";
    } else if (sign === "#" && (at === 0 || /\s/.test(text[at - 1]))) {
      while (at + 1 < pos && text[at + 1] !== "\n") at++;
    } else if ((sign === '"' || sign === "'") && !/\w/.test(text[at - 1] ?? "")) quote = sign;
    else if (sign === "{" || sign === "[") open.push({ sign, at, entry: at + 1 });
    else if (sign === "}" || sign === "]") open.pop();
    else if (sign === "," && open.length > 0) open[open.length - 1].entry = at + 1;
  }
  return open;
}

/** Keys of the entries between an open bracket and the entry that is written now. */
const flowKeys = (text: string, bracket: number, entry: number): string[] =>
  text
    .slice(bracket + 1, entry)
    .split(",")
    .flatMap((part) => keyOf(part) ?? []);

interface Line {
  /** Columns before the first dash, or before the key. */
  readonly dash: number;
  /** Columns before the key. */
  readonly indent: number;
  readonly key: string | undefined;
  readonly rest: string;
}

function lineOf(text: string): Line | null {
  const [, spaces, dashes] = /^(\s*)((?:-\s+|-$)*)/.exec(text) ?? ["", "", ""];
  const rest = text.slice(spaces.length + dashes.length);
  if (rest.trimStart().startsWith("#") || (rest.trim() === "" && dashes === "")) return null;
  const indent = spaces.length + dashes.length;
  return { dash: spaces.length, indent, key: keyOf(rest), rest };
}

function blockPlace(text: string, pos: number): Pick<Place, "path" | "kind" | "siblings"> {
  const before = text.slice(0, pos).split("\n");
  const head = before.pop() ?? "";
  const line = lineOf(head) ?? { dash: head.length, indent: head.length, key: undefined, rest: "" };
  const path: string[] = line.key === undefined ? [] : [line.key];
  const siblings: string[] = [];
  const need = { indent: line.indent, isItem: line.dash < line.indent, isOwn: true };
  if (need.isItem) {
    path.unshift(ITEM);
    need.indent = line.dash;
    need.isOwn = false;
  }
  for (const written of before.reverse()) {
    const above = lineOf(written);
    if (above !== null) climb(above, need, path, siblings);
  }
  const kind = line.key === undefined ? "key" : "value";
  return { path, kind, siblings };
}

/** Takes one line further up into account. `need` is how far left a parent has to be. */
function climb(
  above: Line,
  need: { indent: number; isItem: boolean; isOwn: boolean },
  path: string[],
  siblings: string[],
): void {
  const hasDash = above.dash < above.indent;
  if (above.indent === need.indent && !need.isItem) {
    if (need.isOwn && above.key !== undefined) siblings.push(above.key);
    if (!hasDash) return;
    path.unshift(ITEM);
    Object.assign(need, { indent: above.dash, isItem: true, isOwn: false });
    return;
  }
  const isParent =
    above.indent < need.indent || (need.isItem && above.indent === need.indent && !hasDash);
  if (!isParent || above.key === undefined) return;
  path.unshift(above.key);
  Object.assign(need, { indent: above.indent, isItem: false, isOwn: false });
  if (!hasDash) return;
  path.unshift(ITEM);
  Object.assign(need, { indent: above.dash, isItem: true });
}
