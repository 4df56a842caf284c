/** The whole check: reads a workspace, applies every rule, sorts what they found. */
import { checkCitations } from "./citations.ts";
import { readDocuments } from "./documents.ts";
import { checkEdges } from "./edges.ts";
import { checkFolders } from "./folders.ts";
import { checkGlobals } from "./globals.ts";
import { checkLabels } from "./labels.ts";
import { checkLinks } from "./links.ts";
import { checkManifest } from "./manifest.ts";
import { checkPortable } from "./portable.ts";
import { checkShape } from "./shape.ts";
import { checkSize } from "./size.ts";
import { type Finding, readWorkspace } from "./workspace.ts";

export function tidy(root: string): Finding[] {
  const packages = readWorkspace(root);
  const documents = readDocuments(root);
  const findings = [
    ...checkEdges(packages),
    ...checkCitations(packages, documents),
    ...checkLinks(root, documents),
  ];
  for (const pkg of packages) {
    findings.push(...checkFolders(pkg), ...checkManifest(pkg));
    for (const source of pkg.sources) {
      findings.push(
        ...checkGlobals(source),
        ...checkLabels(source),
        ...checkPortable(pkg, source),
        ...checkShape(pkg, source),
        ...checkSize(source),
      );
    }
  }
  return findings.sort((a, b) => compare(a.path, b.path) || a.line - b.line);
}

/** As a compiler would print it, so that an editor can jump there. */
export function format({ path, line, rule, message, isWarning }: Finding): string {
  return `${path}:${line}: ${rule}${isWarning ? " (warning)" : ""}: ${message}`;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
