/**
 * Parts of a source, each with a probe that notes that a test was there.
 *
 * A part is what runs as a whole or not at all: a block, a case, either side of `a ? b : c`, the
 * right side of `a && b`, what an arrow gives. What stands in none of them runs when the file
 * loads; for it there is the first part, the file itself.
 */
import ts from "typescript";

export interface Part {
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
  readonly kind: keyof typeof FORMS;
}

/** What stands before a probe, behind it, and behind the part. */
const FORMS = {
  statements: ["", ";", ""],
  statement: ["{", ";", "}"],
  expression: ["(", ",", ")"],
} as const;

const { SyntaxKind } = ts;
const SHORTCUTS: ReadonlySet<ts.SyntaxKind> = new Set([
  ...[SyntaxKind.AmpersandAmpersandToken, SyntaxKind.BarBarToken],
  SyntaxKind.QuestionQuestionToken,
]);

/** The parts of a source; one that lies in another comes behind it. */
export function partsOf(text: string): readonly Part[] {
  const file = ts.createSourceFile("source.ts", text, ts.ScriptTarget.Latest, true);
  const parts: Part[] = [{ start: 0, end: text.length, kind: "statements" }];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    const kind = kindOf(node);
    if (kind !== undefined) parts.push({ start: startOf(node), end: node.getEnd(), kind });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return parts;
}

function kindOf(node: ts.Node): Part["kind"] | undefined {
  if (ts.isBlock(node) || (ts.isCaseOrDefaultClause(node) && node.statements.length > 0)) {
    return "statements";
  }
  if (ts.isStatement(node) && isWithoutBraces(node, node.parent)) return "statement";
  return ts.isExpression(node) && mayBePassedBy(node, node.parent) ? "expression" : undefined;
}

const startOf = (node: ts.Node): number => {
  if (ts.isBlock(node)) return node.getStart() + "{".length;
  return ts.isCaseOrDefaultClause(node) ? node.statements[0]!.getStart() : node.getStart();
};

/** What an `if` or a loop runs, where it stands without braces. */
function isWithoutBraces(node: ts.Statement, parent: ts.Node): boolean {
  if (ts.isIfStatement(parent)) return true;
  return ts.isIterationStatement(parent, false) && parent.statement === node;
}

function mayBePassedBy(node: ts.Expression, parent: ts.Node): boolean {
  if (ts.isConditionalExpression(parent)) return parent.condition !== node;
  if (ts.isArrowFunction(parent)) return parent.body === node;
  return (
    ts.isBinaryExpression(parent) &&
    parent.right === node &&
    SHORTCUTS.has(parent.operatorToken.kind)
  );
}

/** The innermost part at an offset, as its index. */
export const partAt = (parts: readonly Part[], at: number): number =>
  parts.findLastIndex(({ start, end }) => start <= at && at < end);

/**
 * The source with a probe in each part: `__reached[n]=1`, where n is the part's index behind
 * `first`. Lines stay lines.
 */
export function withProbes(text: string, parts: readonly Part[], first: number): string {
  const begins = parts.map(({ start, kind }, index) => {
    const [open, separator] = FORMS[kind];
    return { at: start, add: `${open}__reached[${first + index}]=1${separator}` };
  });
  const ends = parts.map(({ end, kind }) => ({ at: end, add: FORMS[kind][2] }));
  // Where several parts end at one place, the innermost is closed first.
  const all = [...ends.reverse(), ...begins].sort((a, b) => a.at - b.at);
  return all.reduceRight((done, { at, add }) => done.slice(0, at) + add + done.slice(at), text);
}
