/** Two halves of one function, told apart by a suffix: which of them is a generator? */
import ts from "typescript";
import type { Door, Exports } from "./read-exports.ts";

export type Kind = "plain" | "thread" | "generator";

/** The functions of a door by name; a thread is a generator of the model. */
export function functionsOf({ checker }: Exports, { exports }: Door): ReadonlyMap<string, Kind> {
  const functions = new Map<string, Kind>();
  for (const [name, symbol] of exports) {
    const declaration = symbol.valueDeclaration;
    if (declaration === undefined || ts.isClassDeclaration(declaration)) continue;
    const [call] = checker.getTypeOfSymbolAtLocation(symbol, declaration).getCallSignatures();
    if (call !== undefined) functions.set(name, kindOf(checker, call.getReturnType()));
  }
  return functions;
}

function kindOf(checker: ts.TypeChecker, type: ts.Type): Kind {
  if (type.aliasSymbol?.name === "KernelThread") return "thread";
  return checker.typeToString(type).startsWith("Generator<") ? "generator" : "plain";
}

/** Whether the docstring of `name` cites a function of the kernel that is called so. */
export function isKernelName({ exports }: Door, name: string): boolean {
  const words = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const tags = exports.get(name)!.getJsDocTags();
  return tags.some(({ text }) => text?.some((part) => part.text.split(/\W/).includes(words)));
}
