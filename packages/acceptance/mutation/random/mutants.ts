/**
 * Where a source can be changed by a machine, and into what: one small change at a time.
 *
 *   operator     a < b → a <= b, a + b → a - b, a && b → a || b, x++ → x--, x += 1 → x -= 1, !a → a
 *   constant     0 ↔ 1, 7 → 8, true ↔ false
 *   branch       if (a) → if (true), if (false); a ? b : c → b, c; while (a) → while (false)
 *   statement    a call, a yield or an assignment that stands alone is left out
 *
 * Types, imports and texts stay: no test is asked how a message is put. So do the insides of a
 * `throw` and of a template, for the same reason.
 */
import ts from "typescript";

export interface Change {
  readonly kind: "operator" | "constant" | "branch" | "statement";
  /** Offset of `find` in the source. */
  readonly at: number;
  readonly find: string;
  readonly replace: string;
}
type Replace = (kind: Change["kind"], node: Part, text: string) => void;
/** A node, or the token of an operator that is no node. */
interface Part {
  readonly start: number;
  readonly end: number;
}

const { SyntaxKind } = ts;

const LEFT_ALONE: readonly ((node: ts.Node) => boolean)[] = [
  ts.isTypeNode,
  ts.isInterfaceDeclaration,
  ts.isTypeAliasDeclaration,
  ts.isImportDeclaration,
  ts.isThrowStatement,
  ts.isTemplateExpression,
  ts.isEnumDeclaration,
];

/** By the operator as it is written. */
const OPERATORS: Readonly<Record<string, string>> = {
  ...{ "<": "<=", "<=": "<", ">": ">=", ">=": ">", "===": "!==", "!==": "===" },
  ...{ "+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "**": "*" },
  ...{ "&": "|", "|": "&", "^": "&", "<<": ">>>", ">>": "<<", ">>>": "<<" },
  ...{ "&&": "||", "||": "&&", "??": "&&", "++": "--", "--": "++" },
  ...{ "+=": "-=", "-=": "+=", "*=": "/=", "|=": "&=", "&=": "|=", "^=": "|=" },
};

/** Every change that can be made in `text`, from its beginning to its end. */
export function changesOf(text: string): readonly Change[] {
  const file = ts.createSourceFile("source.ts", text, ts.ScriptTarget.Latest, true);
  const changes: Change[] = [];
  const replace: Replace = (kind, { start, end }, into) =>
    changes.push({ kind, at: start, find: text.slice(start, end), replace: into });
  const visit = (node: ts.Node): void => {
    if (isLeftAlone(node)) return;
    changeNode(node, replace);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return changes;
}

const isLeftAlone = (node: ts.Node): boolean => LEFT_ALONE.some((is) => is(node));

const partOf = (node: ts.Node): Part => ({ start: node.getStart(), end: node.getEnd() });

function changeNode(node: ts.Node, replace: Replace): void {
  if (ts.isBinaryExpression(node)) changeOperator(node.operatorToken, replace);
  else if (ts.isPrefixUnaryExpression(node)) changePrefix(node, replace);
  else if (ts.isPostfixUnaryExpression(node)) changePostfix(node, replace);
  else if (ts.isNumericLiteral(node)) replace("constant", partOf(node), numberFor(node.text));
  else if (node.kind === SyntaxKind.TrueKeyword) replace("constant", partOf(node), "false");
  else if (node.kind === SyntaxKind.FalseKeyword) replace("constant", partOf(node), "true");
  else if (ts.isExpressionStatement(node)) replace("statement", partOf(node), ";");
  else changeBranch(node, replace);
}

function changeOperator(token: ts.Node, replace: Replace): void {
  const other = OPERATORS[token.getText()];
  if (other !== undefined) replace("operator", partOf(token), other);
}

/** `++x` turns into `--x`; `!x`, `-x` and `~x` into `x`. */
function changePrefix(node: ts.PrefixUnaryExpression, replace: Replace): void {
  const operator = { start: node.getStart(), end: node.operand.getStart() };
  const written = node
    .getText()
    .slice(0, operator.end - operator.start)
    .trim();
  replace("operator", operator, OPERATORS[written]?.length === 2 ? OPERATORS[written] : "");
}

function changePostfix(node: ts.PostfixUnaryExpression, replace: Replace): void {
  const operator = { start: node.operand.getEnd(), end: node.getEnd() };
  replace("operator", operator, node.operator === SyntaxKind.PlusPlusToken ? "--" : "++");
}

/** 0 turns into 1 and 1 into 0; any other number grows by one. */
const numberFor = (text: string): string => (text === "1" ? "0" : String(Number(text) + 1));

function changeBranch(node: ts.Node, replace: Replace): void {
  if (ts.isIfStatement(node)) {
    replace("branch", partOf(node.expression), "true");
    replace("branch", partOf(node.expression), "false");
  } else if (ts.isConditionalExpression(node)) {
    replace("branch", partOf(node), `(${node.whenTrue.getText()})`);
    replace("branch", partOf(node), `(${node.whenFalse.getText()})`);
  } else if (ts.isWhileStatement(node)) {
    replace("branch", partOf(node.expression), "false");
  } else if (ts.isForStatement(node) && node.condition !== undefined) {
    replace("branch", partOf(node.condition), "false");
  }
}
