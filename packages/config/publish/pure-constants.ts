/**
 * Tells bundlers that a module-level constant may be left out where nothing uses it.
 *
 * A module of ours does nothing when it is loaded, but a bundler cannot know that `new Map(…)`, a
 * call or a getter has no effect, and keeps the constant with all that it names. The package's
 * build is one file, so `sideEffects: false` alone would not help. Each such value is made in a
 * function that is called at once and marked as pure, each part of a pattern in one of its own;
 * nothing moves to another line.
 */
import ts from "typescript";

const DOING: readonly ((node: ts.Node) => boolean)[] = [
  ts.isCallExpression,
  ts.isNewExpression,
  ts.isTaggedTemplateExpression,
  ts.isPropertyAccessExpression,
  ts.isElementAccessExpression,
  ts.isBinaryExpression,
  ts.isComputedPropertyName,
  ts.isSpreadElement,
  ts.isSpreadAssignment,
];

/** @param code a module, as it is published */
export function pureConstants(code: string): string {
  const tree = ts.createSourceFile("index.js", code, ts.ScriptTarget.Latest, true);
  const declarations = tree.statements
    .filter((statement) => ts.isVariableStatement(statement))
    .flatMap(({ declarationList }) => declarationList.declarations);
  const pieces: string[] = [];
  let end = 0;
  for (const declaration of declarations) {
    const text = pureText(declaration, `$parts${pieces.length}`);
    if (text === undefined) continue;
    pieces.push(code.slice(end, declaration.getStart(tree)), text);
    end = declaration.end;
  }
  return pieces.join("") + code.slice(end);
}

/** The declaration with its value marked, undefined where that is not needed or not known how. */
function pureText(
  { name, initializer }: ts.VariableDeclaration,
  parts: string,
): string | undefined {
  if (initializer === undefined) return undefined;
  const value = initializer.getText();
  if (ts.isIdentifier(name)) {
    return mayHaveEffect(initializer) ? `${name.text} = ${pure(value)}` : undefined;
  }
  const reads = ts.isObjectBindingPattern(name) ? memberReads(name) : itemReads(name);
  if (reads === undefined) return undefined;
  const made = reads.map(([one, read]) => `${one} = ${pure(parts + read)}`);
  const lines = name.getText().split("\n").length - 1;
  return `${[`${parts} = ${pure(value)}`, ...made].join(", ")}${"\n".repeat(lines)}`;
}

/** An object at the beginning of an arrow function's body would be a block. */
const pure = (value: string): string =>
  `/* @__PURE__ */ (() => ${value.startsWith("{") ? `(${value})` : value})()`;

/** Names, and how each is read: `{ A, B: C }` reads `.A` and `.B`. */
function memberReads({ elements }: ts.ObjectBindingPattern): [string, string][] | undefined {
  const reads: [string, string][] = [];
  for (const { name, propertyName, initializer, dotDotDotToken } of elements) {
    if (!ts.isIdentifier(name) || initializer || dotDotDotToken) return undefined;
    if (propertyName && !ts.isIdentifier(propertyName)) return undefined;
    reads.push([name.text, `.${(propertyName ?? name).text}`]);
  }
  return reads;
}

function itemReads({ elements }: ts.ArrayBindingPattern): [string, string][] | undefined {
  const reads: [string, string][] = [];
  for (const [index, element] of elements.entries()) {
    if (ts.isOmittedExpression(element)) continue;
    if (!ts.isIdentifier(element.name) || element.initializer || element.dotDotDotToken) {
      return undefined;
    }
    reads.push([element.name.text, `[${index}]`]);
  }
  return reads;
}

/** Whether a bundler has to think so; what a function does happens when it is called. */
function mayHaveEffect(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  return DOING.some((is) => is(node)) || (ts.forEachChild(node, mayHaveEffect) ?? false);
}
