/**
 * Makes docs/scenarios.md: a template, with tables of keys from the JSON Schema, and examples.
 *
 *    {{keys machine}}        a table of keys: see `OBJECTS`
 *    {{verbs fork vfork}}    a part for each verb
 *    {{facts process}}       a part for a subject and its facts
 *    {{example parts/on}}    an example
 *    {{contents}}            a link to each part
 */
import type { Example, Examples } from "./examples.ts";
import { type Json, OBJECTS, SUBJECT_FORMS, VERB_FORMS, valueText } from "./schema.ts";

/** @throws Error for a part that there is not, and for a verb or a subject without one */
export function scenariosPage(template: string, examples: Examples): string {
  const shown = new Set<string>();
  const exampleNamed = (name: string): Example => {
    const example = examples.get(name);
    if (example === undefined) throw new Error(`no example ${name}`);
    shown.add(name);
    return example;
  };
  const parts: Readonly<Record<string, (words: string) => string>> = {
    keys: (name) => keysTable(formNamed(new Map(Object.entries(OBJECTS)), name), null),
    example: (name) => fenced(exampleNamed(name)),
    verbs: (names) =>
      names
        .split(" ")
        .map((name) => verbPart(name, exampleNamed(`verbs/${name}`)))
        .join("\n\n"),
    facts: (name) => subjectPart(name, exampleNamed(`facts/${name}`)),
  };
  const body = template.replace(/^\{\{(\w+) (.+)\}\}$/gm, (_, kind: string, words: string) => {
    const part = parts[kind];
    if (part === undefined) throw new Error(`no part of the kind ${kind}`);
    return part(words);
  });
  const wanted = [
    ...examples.keys(),
    ...Array.from(VERB_FORMS.keys(), (verb) => `verbs/${verb}`),
    ...Array.from(SUBJECT_FORMS.keys(), (subject) => `facts/${subject}`),
  ];
  const missing = wanted.find((name) => !shown.has(name));
  if (missing !== undefined) throw new Error(`the page does not show ${missing}`);
  return body.replace("{{contents}}", () => contentsOf(body));
}

function formNamed(forms: ReadonlyMap<string, Json>, name: string): Json {
  const form = forms.get(name);
  if (form === undefined) throw new Error(`the language has no ${name}`);
  return form;
}

const fenced = ({ text }: Example): string => `\`\`\`yaml\n${text}\`\`\``;

function verbPart(name: string, example: Example): string {
  const table = keysTable(formNamed(VERB_FORMS, name), name);
  return [`<a id="${name}"></a>`, `#### ${name}`, example.prose, table, fenced(example)].join(
    "\n\n",
  );
}

function subjectPart(name: string, example: Example): string {
  const table = keysTable(formNamed(SUBJECT_FORMS, name), name);
  const head = [`<a id="expect-${name}"></a>`, `### About: ${name}`];
  return [...head, example.prose, fenced(example), table].join("\n\n");
}

/** @param head the key that the part is about, which goes without saying that it is required */
function keysTable({ properties = {}, required = [] }: Json, head: string | null): string {
  const rows = Object.entries(properties).map(([key, value]) => {
    const isRequired = key !== head && required.includes(key);
    return `| \`${key}\` | ${valueText(value)} | ${meaningOf(value, isRequired)} |`;
  });
  return ["| key | value | what it means |", "|---|---|---|", ...rows].join("\n");
}

function meaningOf(value: Json, isRequired: boolean): string {
  const { description = "", default: usual } = value;
  const sentences = [description];
  if (isRequired) sentences.push("Required.");
  const isSaid = /default/i.test(description) || (Array.isArray(usual) && usual.length === 0);
  if (usual !== undefined && usual !== false && !isSaid) sentences.push(`By default \`${usual}\`.`);
  return sentences.filter((one) => one !== "").join(" ");
}

/** A line for each part of the second and third level; the fourth stands behind the third. */
function contentsOf(body: string): string {
  const lines: string[] = [];
  for (const [, id, level, title] of body.matchAll(/^<a id="(.+)"><\/a>\n\n(#+) (.+)$/gm)) {
    const link = `[${title}](#${id})`;
    if (level === "##") lines.push(`- ${link}`);
    else if (level === "###") lines.push(`  - ${link}`);
    else lines.push(`${lines.pop()} · ${link}`);
  }
  return lines.join("\n");
}
