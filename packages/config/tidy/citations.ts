/**
 * Every citation leads somewhere: `SPEC §6.10/3`, `D15`, `D16/a`, `I3`, `B9`, `L9/3`, `M6.1`, `N4`.
 *
 * What may be cited is what the documents under docs/ give an anchor: a clause that nobody wrote
 * has none. Looked at are the comments of every source file and the prose of every document; code
 * is not, so a name that only looks like a citation goes in backticks. The sign § is looked for in
 * the texts of a source file as well, because test titles cite.
 */
import ts from "typescript";
import { anchorsOf, type Document, isMarkdown, lineAt, proseOf } from "./documents.ts";
import type { Finding, Package, Source } from "./workspace.ts";

const RULE = "citation";

/** `§6.10`, `§6.9/3a`, `§6.3/1-5`, `§9.5–9.7`, and the same after STYLE. */
const SECTION =
  /(?<of>\bSTYLE )?§(?<section>\d+(?:\.\d+)?)(?:\/(?<item>\d+[a-z]?)(?:[-–](?<last>\d+)(?![.\d]))?|[-–](?<until>\d+\.\d+))?/g;
/** `SPEC A.1`, `appendix C`. */
const APPENDIX = /\bSPEC (?<part>[A-D]\.\d)(?![\w.])|\b[Aa]ppendix (?<appendix>[A-D])(?!\w)/g;
/** A letter and a number that stand alone: neither part of a word, a path, a sum nor an address. */
const LETTERED =
  /(?<![\w§$#/.@+-])(?<id>D\d{1,2}|I\d{1,2}b?|[BHKN]\d{1,2}|L\d{1,2}[ab]?|M\d{1,2})(?:\.(?<section>\d{1,2}))?(?:\/(?<item>\d{1,2}[a-z]?|[a-e]))?(?![\w$]|[./]\w)/g;
/** A `/` between two citations is no path: `D3/D4`. */
const PAIR = /(?<=[A-Z]\d{1,2})\/(?=[DIB]\d)/g;
const MAYBE = /§|[DIBHKNLM]\d|ppendix|SPEC/;

interface Citation {
  readonly text: string;
  readonly index: number;
  /** Anchors, of which one has to exist. */
  readonly leadsTo: readonly string[];
}

export function checkCitations(
  packages: readonly Package[],
  documents: readonly Document[],
): Finding[] {
  const citable = new Set(
    documents.filter(({ path }) => path.startsWith("docs/")).flatMap(({ text }) => anchorsOf(text)),
  );
  const isMissing = ({ leadsTo }: Citation): boolean => !leadsTo.some((id) => citable.has(id));
  const findings: Finding[] = [];
  const check = (path: string, text: string, citations: readonly Citation[]): void => {
    for (const { text: cited, index } of citations.filter(isMissing)) {
      const message = `${cited} is cited, and no document under docs/ has it`;
      findings.push({ path, line: lineAt(text, index), rule: RULE, message, isWarning: false });
    }
  };
  for (const document of documents) check(document.path, document.text, inDocument(document));
  for (const source of packages.flatMap(({ sources }) => sources)) {
    const { text } = source.tree;
    if (MAYBE.test(text)) check(source.path, text, inSource(source));
  }
  return findings;
}

function inDocument(document: Document): Citation[] {
  const { text } = document;
  if (isMarkdown(document)) {
    const prose = proseOf(text);
    return [...sectionsIn(prose), ...letteredIn(prose)];
  }
  return Array.from(text.matchAll(/(?<=^|\s)#.*$/gm), ({ 0: comment, index }) =>
    [...sectionsIn(comment), ...letteredIn(comment)].map((one) => moved(one, index)),
  ).flat();
}

function inSource(source: Source): Citation[] {
  let { text } = source.tree;
  const lettered: Citation[] = [];
  for (const [start, end] of commentsOf(source)) {
    const prose = proseOf(text.slice(start, end)); // as long as the comment
    text = text.slice(0, start) + prose + text.slice(end);
    lettered.push(...letteredIn(prose).map((one) => moved(one, start)));
  }
  return [...sectionsIn(text), ...lettered];
}

const moved = (one: Citation, by: number): Citation => ({ ...one, index: one.index + by });

function sectionsIn(text: string): Citation[] {
  return Array.from(text.matchAll(SECTION), ({ 0: cited, index, groups }) => {
    const { of, section, item, last, until } = groups!;
    const anchor = of === undefined ? `s${section}` : `style-${section}`;
    const ends = [item === undefined ? anchor : `${anchor}-${item}`];
    if (last !== undefined) ends.push(`${anchor}-${last}`);
    if (until !== undefined) ends.push(`s${until}`);
    return ends.map((end) => ({ text: cited, index, leadsTo: [end] }));
  }).flat();
}

function letteredIn(text: string): Citation[] {
  const apart = text.replace(PAIR, " ");
  const lettered = Array.from(apart.matchAll(LETTERED), ({ 0: cited, index, groups }) => {
    return { text: cited, index, leadsTo: anchorsOfLettered(groups!) };
  });
  const appendices = Array.from(text.matchAll(APPENDIX), ({ 0: cited, index, groups }) => {
    const { part, appendix } = groups!;
    return { text: cited, index, leadsTo: [part ?? `appendix-${appendix}`] };
  });
  return [...lettered, ...appendices];
}

/** `M5.6` is a section of its own or an item of M5; `I15` is one of the 6.18 list only. */
function anchorsOfLettered(groups: Readonly<Record<string, string | undefined>>): string[] {
  const { id, section, item } = groups;
  const tail = item === undefined ? "" : `-${item}`;
  if (section !== undefined) return [`${id}.${section}${tail}`, `${id}-${section}${tail}`];
  return id!.startsWith("I") ? [`${id}${tail}`, `L25-${id}${tail}`] : [`${id}${tail}`];
}

/** Start and end of every comment, each once. */
function commentsOf({ tree }: Source): Array<readonly [start: number, end: number]> {
  const ends = new Map<number, number>();
  const keep = (ranges: readonly ts.CommentRange[] | undefined): void => {
    for (const { pos, end } of ranges ?? []) ends.set(pos, end);
  };
  const visit = (node: ts.Node): void => {
    if (node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode) {
      return; // part of a comment that the next token has
    }
    const children = node.getChildren(tree);
    for (const child of children) visit(child);
    if (children.length > 0) return;
    keep(ts.getLeadingCommentRanges(tree.text, node.pos));
    keep(ts.getTrailingCommentRanges(tree.text, node.end));
  };
  visit(tree);
  return [...ends];
}
