/** Where memory lies, as tables and sentences. */
import { grouped } from "../grouped.ts";
import type { Colors } from "../terminal.ts";
import type { FamilyExplained } from "./explain-family.ts";
import type { AreaRow, Figures, ProcessExplained, SharingRow } from "./explain-process.ts";

type Row = readonly [title: string, ...figures: string[]];

const NAME_WIDTH = 44;
const TITLES = ["RSS", "its own", "shared", "PSS", "in swap"];

/** The terminal shows other controls as escapes. */
const oneLine = (name: string): string => name.replace(/\s/g, " ");
/** `?` for a figure that a broken text lacks. */
const kb = (value: number | undefined): string => (Number.isFinite(value) ? grouped(value!) : "?");
const percent = (part: number, whole: number): string =>
  whole === 0 ? "0 %" : `${((part / whole) * 100).toFixed(1)} %`;

const figures = ({ rss, uss, shared, pss, swap }: Figures): string[] =>
  [rss, uss, shared, pss, swap].map(kb);

/** @param most areas that are listed */
export function processLines(one: ProcessExplained, most: number, colors: Colors): string[] {
  const { name, pid, status, total } = one;
  const head = `${oneLine(name)}, process ${pid}: VmRSS ${kb(status.VmRSS)} kB`;
  if (total === null) return [colors.bold(head), "", ...statusOnly(one), ...unknownLines(one)];
  return [
    colors.bold(head),
    "",
    ...table(
      ["where, in kB", ...TITLES],
      [...one.kinds.map(kindRow), ["all", ...figures(total)]],
      colors,
    ),
    "",
    ...areaLines(one.areas, most, colors),
    ...sharingLines(one.sharing, colors),
    colors.bold("Is VmRSS the memory that it uses?"),
    ...verdict(total),
    `  Not in VmRSS: ${outside(status)}.`,
    ...unknownLines(one),
  ];
}

const kindRow = (row: Figures & { readonly kind: string; readonly areas: number }): Row => [
  `${row.kind} (${row.areas})`,
  ...figures(row),
];

/** The last row is the sum of the others. */
function table(titles: Row, rows: readonly Row[], colors: Colors): string[] {
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  const line = (row: Row): string =>
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column]),
      )
      .join("  ");
  const last = rows.at(-1)!;
  return [
    colors.dim(line(titles)),
    ...rows.slice(0, -1).map(line),
    colors.dim("─".repeat(line(titles).length)),
    colors.bold(line(last)),
  ];
}

function areaLines(areas: readonly AreaRow[], most: number, colors: Colors): string[] {
  const shown = areas.slice(0, most);
  if (shown.length === 0) return [];
  const rest = areas.length - shown.length;
  const rows = shown.map((area): Row => {
    const name = oneLine(area.name) || area.kind;
    return [`${area.start.toString(16)} ${area.perms} ${shortened(name)}`, ...figures(area)];
  });
  const lines = table(["the largest areas, in kB", ...TITLES], [...rows, rows[0]], colors);
  const more =
    rest > 0 ? [colors.dim(`… and ${rest} more: --areas ${areas.length} shows all`)] : [];
  return [...lines.slice(0, -2), ...more, ""];
}

const shortened = (name: string): string =>
  name.length <= NAME_WIDTH ? name : `…${name.slice(name.length - NAME_WIDTH + 1)}`;

function sharingLines(sharing: readonly SharingRow[] | null, colors: Colors): string[] {
  if (sharing === null || sharing.length === 0) return [];
  const all = sharing.reduce((sum, { pages }) => sum + pages, 0);
  const rows = sharing.map(({ from, to, pages }): Row => {
    const range = Number.isFinite(to) ? `${from} to ${to} mappings` : `${from} mappings and more`;
    const title = from === to ? (from === 1 ? "this one alone" : `${from} mappings`) : range;
    return [title, kb(pages), kb(pages * 4), percent(pages, all)];
  });
  const sum: Row = ["all", kb(all), kb(all * 4), ""];
  return [...table(["a page is mapped by", "pages", "kB", ""], [...rows, sum], colors), ""];
}

function verdict({ rss, uss, shared, pss }: Figures): string[] {
  if (shared === 0)
    return [`  Yes: nobody else maps any of it; ${kb(uss)} kB come free when it ends.`];
  return [
    `  Not all of it: ${kb(shared)} kB (${percent(shared, rss)}) are mapped more than once, and counted by each`,
    `  process that maps them. ${kb(uss)} kB are its own and come free when it ends; with its share`,
    `  of the rest it is ${kb(pss)} kB (PSS).`,
  ];
}

function outside(status: Readonly<Record<string, number>>): string {
  const { VmPTE = 0, VmPMD = 0, VmSwap = 0, HugetlbPages = 0 } = status;
  const parts = [
    `${kb(VmPTE + VmPMD)} kB of page tables`,
    `${kb(VmSwap)} kB in swap`,
    ...(HugetlbPages > 0 ? [`${kb(HugetlbPages)} kB of hugetlbfs`] : []),
  ];
  return parts.join(", ");
}

function statusOnly({ status }: ProcessExplained): string[] {
  const { RssAnon, RssFile, RssShmem } = status;
  const kinds =
    RssAnon === undefined
      ? "  of what kind, this release does not say."
      : `  ${kb(RssAnon)} kB without a file, ${kb(RssFile)} kB of files, ${kb(RssShmem)} kB of shared memory.`;
  return [kinds, `  Not in VmRSS: ${outside(status)}.`];
}

const unknownLines = ({ unknown }: ProcessExplained): string[] =>
  unknown.length === 0 ? [] : ["", ...unknown.map((sentence) => `  note: ${sentence}`)];

export function familyLines(
  { members, sum, held, own, again }: FamilyExplained,
  colors: Colors,
): string[] {
  const rows = members.map(
    ({ pid, name, total }): Row => [`${pid} ${oneLine(name)}`, ...figures(total!)],
  );
  const used = held ?? sum.pss;
  const isExact = held !== null;
  return [
    colors.bold(`${members.length} processes`),
    "",
    ...table(["process, in kB", ...TITLES], [...rows, ["sum", ...figures(sum)]], colors),
    "",
    colors.bold("Is the sum of RSS the memory that they use?"),
    again < 4
      ? `  Yes: they share nothing; ${kb(used)} kB.`
      : `  No. The sum is ${kb(sum.rss)} kB; what they hold is ${kb(used)} kB${isExact ? "" : " or more"}: ${kb(again)} kB are counted again.`,
    own === null
      ? "  (The sum of PSS, since frames are hidden: it leaves out the share of other processes.)"
      : `  ${kb(own)} kB of it come free when all of them end; ${kb(used - own)} kB are mapped by others too.`,
  ];
}
