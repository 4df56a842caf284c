/** Files and functions stay short enough to be read; a function may give its reason not to. */
import ts from "typescript";
import { COLUMNS, FILE_LINES_MAX, FILE_LINES_WARN, FUNCTION_LINES_MAX } from "./levels.ts";
import { type Finding, finding, lineOf, type Source } from "./workspace.ts";

const REASON = /\/[/*][^\n]*tidy: long because \S|^\s*\*.*tidy: long because \S/m;

export function checkSize(source: Source): Finding[] {
  const ofFile = [...checkFile(source), ...checkComments(source)];
  return [...ofFile, ...(source.kind === "src" ? checkFunctions(source) : [])];
}

/** The formatter breaks code, and leaves comments as wide as they are. */
function checkComments({ path, tree }: Source): Finding[] {
  return tree.text.split("\n").flatMap((text, index) => {
    if (text.length <= COLUMNS || !/^\s*(\/\/|\/?\*)/.test(text)) return [];
    const message = `a comment of ${text.length} columns; at most ${COLUMNS}`;
    return [{ path, line: index + 1, rule: "comment-width", message, isWarning: false }];
  });
}

function checkFile(source: Source): Finding[] {
  const { text } = source.tree;
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  const isTooLong = lines > FILE_LINES_MAX;
  if (!isTooLong && (source.kind !== "src" || lines <= FILE_LINES_WARN)) return [];
  const limit = isTooLong ? `at most ${FILE_LINES_MAX}` : `better under ${FILE_LINES_WARN}`;
  const message = `${lines} lines; ${limit}`;
  return [{ path: source.path, line: 1, rule: "file-size", message, isWarning: !isTooLong }];
}

function checkFunctions(source: Source): Finding[] {
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body) {
      const end = source.tree.getLineAndCharacterOfPosition(node.end).line + 1;
      const lines = end - lineOf(source, node) + 1;
      if (lines > FUNCTION_LINES_MAX && !REASON.test(withDoc(node))) {
        const message = `${lines} lines; at most ${FUNCTION_LINES_MAX}, or // tidy: long because …`;
        findings.push(finding(source, node, "function-size", message));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source.tree);
  return findings;
}

/** The function with the comments before it; those of `const f = …` stand before the statement. */
function withDoc(node: ts.Node): string {
  let outer = node;
  while (ts.isVariableDeclaration(outer.parent) || ts.isVariableDeclarationList(outer.parent)) {
    outer = outer.parent;
  }
  return (ts.isVariableStatement(outer.parent) ? outer.parent : node).getFullText();
}
