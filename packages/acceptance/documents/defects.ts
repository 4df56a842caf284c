/** Makes docs/defects.md out of the list of defects and what the two specifications say of each. */
import type { Defect } from "@forkpath/scenario";

export interface Specifications {
  /** docs/spec/11-defects.md: what each defect is. */
  readonly el6: string;
  /** docs/spec-linux6/08-ledger.md: what has become of it. */
  readonly linux6: string;
}

const HEAD = `# The defects D1 to D45

What the kernel 2.6.32-642.6.2.el6 does wrong in the memory side of fork, and what only looks wrong. Each
defect has a number, an anchor here (\`defects.md#D15\`), a chapter of the specification that says what happens and
when, and a scenario that shows it, or a reason why this model cannot. \`forkpath defects D15\` runs the
scenarios of one; \`forkpath defects\` lists them all. What has become of each in Linux 6.18 is from
[L27](spec-linux6/08-ledger.md#L27).

This page is generated from the list in
[packages/scenario/src/defects/list.ts](../packages/scenario/src/defects/list.ts): change that, then run
\`npx -y pnpm@12 document\`.
`;

/** @throws Error where a specification does not know one of the defects */
export function defectsPage(defects: readonly Defect[], specifications: Specifications): string {
  const count = defects.filter(({ status }) => status === "reproduced").length;
  const summary = `\n${count} of ${defects.length} can be watched here.\n`;
  return `${HEAD}${summary}${defects.map((one) => section(one, specifications)).join("")}`;
}

function section(defect: Defect, { el6, linux6 }: Specifications): string {
  const { id, title, scenarios, reason } = defect;
  const heading = headingOf(id, el6);
  const files = scenarios.map((name) => `[${name}](../packages/scenario/defects/${name})`);
  const shown = reason === null ? `Shown by ${files.join(", ")}.` : `Not shown, because ${reason}.`;
  const [status, why] = fateOf(id, linux6);
  return `
<a id="${id}"></a>

## ${id}: ${title}

- The specification: *${heading}* ([§11, ${id}](spec/11-defects.md#${id})).
- ${shown}
- In 6.18: ${status}: ${why}.
`;
}

/** The heading of a defect in the specification, without its number. */
function headingOf(id: string, el6: string): string {
  const heading = new RegExp(`^(?:<[^>]+>)*\\*\\*${id} – (.+?)\\.?\\*\\*`, "m").exec(el6)?.[1];
  if (heading === undefined) throw new Error(`the specification of el6 does not describe ${id}`);
  return heading;
}

/** Status and reason in the table of 6.18. */
function fateOf(id: string, linux6: string): readonly [status: string, why: string] {
  const row = new RegExp(`^\\|[^|]*<a id="L27-${id}"></a>${id} \\|(.+)\\|(.+)\\|$`, "m").exec(
    linux6,
  );
  if (row === null) throw new Error(`the specification of 6.18 does not say what became of ${id}`);
  return [row[1]!.trim(), row[2]!.trim()];
}
