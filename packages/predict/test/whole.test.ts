/**
 * All that is told of a process, as text: of one made by hand with memory of every kind, and of two
 * that were recorded; each as root sees it, as its owner does, and with less than that. A change of
 * a text here is a change of what users read: it has to be meant.
 *
 * Times are left out: they are products of counts that stand here.
 */
import { type Capture, emptyCaptureInfo } from "@forkpath/procfs";
import { expect, test } from "vitest";
import { type PredictedSide, type Prediction, predictFork } from "../src/index.ts";
import { madeCapture } from "./made.ts";
import { recordedFork, withoutFrames } from "./recorded.ts";

const HUGE = 512;
const anon = (pages: number) => ({
  Rss: pages * 4,
  Anonymous: pages * 4,
  Private_Dirty: pages * 4,
});
const file = (pages: number) => ({ Rss: pages * 4, Private_Clean: pages * 4, Pss: pages * 4 });

/** Memory of every kind, in areas 1 GiB apart. */
const everyKind = (): Capture =>
  madeCapture([
    {
      name: "[heap]",
      pages: 8,
      present: [
        { count: 3, kind: "anon" },
        { count: 2, kind: "swap" },
        { count: 1, kind: "zero" },
        { count: 1, kind: "anon", mapcount: 2 },
        { count: 1, kind: "migrating" },
      ],
      rows: { ...anon(5), Swap: 8, SwapPss: 8, Referenced: 16 },
    },
    {
      pages: HUGE,
      present: [{ count: HUGE, kind: "huge", pfn: 0x20_0000 }],
      rows: { ...anon(HUGE), AnonHugePages: 2048, Referenced: 2048 },
    },
    {
      pages: HUGE,
      present: [{ count: HUGE, kind: "huge", pfn: 0x20_0400, mapcount: 2 }],
      rows: { Rss: 2048, Anonymous: 2048, Shared_Dirty: 2048, AnonHugePages: 2048 },
    },
    {
      name: "/lib/code.so",
      pages: HUGE,
      present: [{ count: HUGE, kind: "hugeFile", pfn: 0x30_0000, mapcount: 3 }],
      rows: { Rss: 2048, Shared_Clean: 2048, FilePmdMapped: 2048 },
    },
    {
      name: "/lib/data.so",
      pages: 6,
      present: [
        { count: 2, kind: "anon" },
        { count: 4, kind: "file", mapcount: 4 },
      ],
      rows: { Rss: 24, Anonymous: 8, Private_Dirty: 8, Shared_Clean: 16 },
    },
    {
      name: "/memfd:cache (deleted)",
      isShared: true,
      flags: "sh ms",
      pages: 5,
      present: [{ count: 3, kind: "shmem", mapcount: 2 }],
      rows: { Rss: 12, Shared_Dirty: 12, Swap: 8 },
    },
    {
      name: "/anon_hugepage",
      flags: "ht",
      pages: HUGE,
      present: [{ count: HUGE, kind: "hugetlb" }],
      rows: { Private_Hugetlb: 2048 },
    },
    { pages: 4, present: [{ count: 2, kind: "guard" }], rows: { Pss: 0 } },
    { pages: HUGE, present: [{ count: HUGE, kind: "zero", pfn: 0x20_0800 }], rows: { Pss: 0 } },
    { pages: 3, flags: "dc", present: [{ count: 3, kind: "anon" }], rows: anon(3) },
    { pages: 3, flags: "wf", present: [{ count: 3, kind: "anon" }], rows: anon(3) },
    { name: "/lib/none.so", pages: 3, present: [{ count: 3, kind: "file" }], rows: file(3) },
  ]);

const rowsText = (rows: Readonly<Record<string, unknown>> | null | undefined): string =>
  Object.entries(rows ?? {})
    .filter(([, value]) => value !== 0)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
    .join(", ");

const sideText = (name: string, { status, rollup, bounds }: PredictedSide): string[] => [
  `${name} status: ${rowsText(status)}`,
  `${name} rollup: ${rowsText(rollup)}`,
  `${name} bounds: ${rowsText(bounds)}`,
];

/** Areas as long as they differ from each other by more than their place. */
function textOf(told: Prediction, withAreas: boolean): string {
  const areas = told.areas.map(({ clause, isCopied, parent, child }) =>
    [`  ${clause}${isCopied ? ", copied" : ""}`, rowsText(parent), rowsText(child)].join(" | "),
  );
  return [
    `${told.comm} on ${told.kernel}, level ${told.level}`,
    ...sideText("parent", told.parent),
    ...sideText("child", told.child),
    ...(withAreas ? areas : []),
    `counts: ${rowsText(told.counts as never)}`,
    `at once: ${told.atOnce} kB`,
    ...(told.growth?.points.slice(-1) ?? []).map((point) => `growth: ${rowsText(point as never)}`),
    ...told.limits.map(({ name, headroom }) => `limit: ${name}, ${headroom} kB`),
    ...told.advice.map(({ savedTime: _, counts: __, ...advice }) => `advice: ${rowsText(advice)}`),
    ...told.notes.map((note) => `note: ${note}`),
  ].join("\n");
}

/** What each of less and less rights sees. */
const VIEWS: readonly (readonly [string, (capture: Capture) => Capture])[] = [
  ["root", (capture) => capture],
  ["owner", withoutFrames],
  ["areas", (capture) => ({ ...withoutFrames(capture), pages: null })],
  ["status", (capture) => ({ ...capture, anonVmas: null, pages: null, smaps: null, rollup: null })],
];

test.each(VIEWS)("of a process with memory of every kind, as seen by %s", async (name, view) => {
  const told = predictFork(view(everyKind()), { children: 2 });
  await expect(`${textOf(told, true)}\n`).toMatchFileSnapshot(`whole/every-kind-${name}.txt`);
});

test.each(VIEWS)("of a recorded sshd, as seen by %s", async (name, view) => {
  const { pre } = await recordedFork("sshd");
  const told = predictFork(view(pre));
  await expect(`${textOf(told, false)}\n`).toMatchFileSnapshot(`whole/sshd-${name}.txt`);
});

test("what was captured does not fit together, or is not known: a note each", () => {
  const capture = everyKind();
  const rows = { ...capture.status.rows, VmPin: 12, RssAnon: 4 };
  const status = { ...capture.status, rows };
  const { notes } = predictFork({ ...capture, status, info: emptyCaptureInfo() });
  expect(notes).toContain(
    "12 kB are pinned, and where is not known: each child gets copies of them",
  );
  expect(notes.at(-1)).toMatch(/^what was read does not fit together: .*RssAnon/);
});

const code = { name: "/lib/code.so", pages: 3, present: [{ count: 3, kind: "file" }] } as const;

test("nothing is said of estimates where nothing is estimated", () => {
  expect(predictFork(madeCapture([{ ...code, rows: file(3) }])).notes).toEqual([]);
});

test("which release is taken where none is known, and where one is", () => {
  const capture = madeCapture([{ ...code, rows: file(3) }]);
  const asked = (release: string | null, options = {}): readonly string[] =>
    predictFork({ ...capture, info: { ...emptyCaptureInfo(), release } }, options).notes;
  const note = "on which release it runs is not known: v6.18, the newest, is taken";
  expect([asked(null), asked("a kernel of my own")].map((notes) => notes[0])).toEqual([note, note]);
  expect(asked("6.1.0-18-amd64")).not.toContain(note);
  expect(asked(null, { kernel: "v6.18" })).not.toContain(note);
});
