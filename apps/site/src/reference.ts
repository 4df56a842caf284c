/**
 * The reference: a page for each library, made by typedoc from what it exports and says of it.
 *
 * The pages are Markdown among the gathered ones, so that they are searched and checked like these.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Published } from "@forkpath/config/published";
import {
  Application,
  type DeclarationReflection,
  type ProjectReflection,
  ReflectionKind,
  type TypeDocOptions,
} from "typedoc";
import type { PluginOptions } from "typedoc-plugin-markdown";
import { GATHERED, ROOT, repositoryPage, SITE } from "./places.ts";

/** Name of a library's page: that of its folder. */
export const pageName = ({ dir }: Published): string => dir.split("/")[1]!;

/** How the reference is read. The compiler's errors are left to `pnpm check`. */
const readingOptions = (libraries: readonly Published[]): TypeDocOptions => ({
  entryPoints: libraries.map(({ dir }) => join(ROOT, dir, "src/index.ts")),
  tsconfig: join(SITE, "tsconfig.reference.json"),
  skipErrorChecking: true,
  readme: "none",
  disableGit: true,
  // A path begins below the folder that all entry points have in common.
  sourceLinkTemplate: `${repositoryPage()}/blob/main/packages/{path}#L{line}`,
  blockTags: ["@param", "@returns", "@throws", "@kernel", "@modelOnly", "@deviates", "@example"],
  excludePrivate: true,
  sort: ["source-order"],
  validation: { notDocumented: true, notExported: true, invalidLink: true },
  packagesRequiringDocumentation: libraries.map(({ manifest }) => manifest.name),
  logLevel: "Warn",
});

/** How its pages look: one for each library, members in tables. */
const pageOptions: Partial<PluginOptions> & TypeDocOptions = {
  plugin: ["typedoc-plugin-markdown"],
  router: "module",
  entryFileName: "index",
  hidePageHeader: true,
  hidePageTitle: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  useHTMLAnchors: true,
  expandParameters: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  typeAliasPropertiesFormat: "table",
  propertyMembersFormat: "table",
  typeDeclarationFormat: "table",
  tableColumnSettings: {
    hideModifiers: true,
    hideSources: true,
    hideInherited: true,
    hideDefaults: true,
  },
};

/**
 * A member that came through a mapped type has lost what is said where it stands, as every call of
 * a kernel has: it gets that back.
 */
function lendComments(project: ProjectReflection): void {
  const members = project
    .getReflectionsByKind(ReflectionKind.SomeMember | ReflectionKind.CallSignature)
    .flatMap((one) => {
      const { sources } = one as DeclarationReflection;
      return sources?.[0]
        ? [[`${sources[0].fileName}:${sources[0].line} ${one.name}`, one] as const]
        : [];
    });
  const said = new Map(members.filter(([, { comment }]) => comment !== undefined));
  for (const [place, member] of members) {
    const { comment } = said.get(place) ?? {};
    if (comment && !member.hasComment()) member.comment = comment.clone();
  }
}

/** What typedoc has to say against it: exports and members without a word, links to nothing. */
export async function findProblems(libraries: readonly Published[]): Promise<string[]> {
  const app = await Application.bootstrap(readingOptions(libraries));
  const problems: string[] = [];
  app.logger.warn = (text) => void problems.push(text);
  app.logger.validationWarning = (text) => void problems.push(text);
  const project = await app.convert();
  if (!project) throw new Error(`the reference cannot be read: ${problems.join("; ")}`);
  lendComments(project);
  app.validate(project);
  return problems;
}

/** Writes the pages into `reference/` of the gathered ones. */
export async function writeReference(libraries: readonly Published[]): Promise<void> {
  const folder = join(GATHERED, "reference");
  const app = await Application.bootstrapWithPlugins({
    ...readingOptions(libraries),
    ...pageOptions,
    logLevel: "Error",
  });
  const project = await app.convert();
  if (!project) throw new Error("the reference cannot be read");
  lendComments(project);
  const modules = project.children ?? [];
  libraries.forEach((library, index) => {
    nameModule(modules[index]!, pageName(library));
  });
  await app.outputs.writeOutput({ name: "markdown", path: folder }, project);
  for (const library of libraries) {
    const page = join(folder, `${pageName(library)}.md`);
    writeFileSync(page, `${headOf(library)}\n${readFileSync(page, "utf8")}`);
  }
  writeFileSync(join(folder, "index.md"), indexOf(libraries));
}

/** Members keep the order of the source; what stands below a heading goes by name. */
function nameModule(module: DeclarationReflection, name: string): void {
  module.name = name;
  for (const { children } of module.groups ?? []) {
    children.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** A description is plain text, whatever signs are in it. */
const plain = (text: string): string => text.replace(/[*_|<]/g, "\\$&");

const headOf = ({ dir, manifest }: Published): string =>
  [
    `# ${manifest.name}\n`,
    `${plain(manifest.description)}\n`,
    `What it exports; the [README](../${dir}/README.md) says what one needs first.\n`,
  ].join("\n");

const rowOf = (library: Published): string => {
  const { name, description } = library.manifest;
  return `| [${name}](${pageName(library)}.md) | ${plain(description)} |`;
};

const indexOf = (libraries: readonly Published[]): string =>
  [
    "# Reference\n",
    "Every export of every library, with its members. *Kernel* names the function or structure of",
    "Linux that it stands for, and the file where Linux has it; *Model Only* says why Linux has none;",
    "*Deviates* says what is otherwise than in Linux.\n",
    "| library | what it is |\n|---|---|",
    ...libraries.map(rowOf),
    "",
  ].join("\n");
