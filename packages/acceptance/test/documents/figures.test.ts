/** How many there are of what documents count: each figure is held to what it is about. */
import { KERNELS } from "@forkpath/abi";
import { loadCounters, loadVectors } from "@forkpath/conformance";
import { loadHistories, RECORDED_KERNELS, RECORDINGS } from "@forkpath/recordings";
import { listDefects } from "@forkpath/scenario";
import { describe, expect, test } from "vitest";
import { filesOf, readDocument } from "../../documents/blocks.ts";

const count = (...patterns: string[]): number => filesOf(...patterns).length;
const [upstream, vectors] = [KERNELS.filter((name) => name.startsWith("v")), loadVectors()];
const forks = vectors.filter(({ kind }) => kind === "fork");
const counters = loadCounters();
const recorded = RECORDED_KERNELS.flatMap((kernel) =>
  RECORDINGS.map((recording) => {
    const histories = loadHistories(kernel, recording);
    const states = histories.reduce((sum, { after }) => sum + after.length, 0);
    const byHand = histories.filter(({ id }) => !/^[rt]-/.test(id)).length;
    return { kernel, recording, histories: histories.length, states, byHand };
  }),
);
const executed = (kernel: string): number =>
  recorded.filter((one) => one.kernel === kernel).reduce((sum, one) => sum + one.histories, 0);

/** How many pass, as the tests of conform want it, which replay them all. */
function passed(kernel: string): number {
  const rows = ["handmade", "histories"].flatMap((name) => {
    const text = readDocument(`packages/conform/test/${name}.test.ts`);
    return Array.from(text.matchAll(/kernel: "(.+?)", .*passed: (\d+)/g), ([, of, all]) =>
      of === kernel ? Number(all) : 0,
    );
  });
  expect(rows.length).toBe(2 * recorded.length);
  return rows.reduce((sum, one) => sum + one, 0);
}

const WORDS = "zero one two three four five six seven eight nine ten eleven twelve thirteen".split(
  " ",
);
/** As a document writes it: 2,097, 2097 or thirteen. */
const numberOf = (text: string): number => {
  const word = WORDS.indexOf(text.toLowerCase());
  return word < 0 ? Number(text.replace(/,/g, "")) : word;
};

/** Of the race that README.md shows, as it is run: schedules that fail, and all. */
const failing = (): number[] =>
  (/^(\d+) of (\d+) schedules failed$/m.exec(readDocument("README.md")) ?? []).slice(1).map(Number);

/** Document, text around figures, and what they are. */
const FIGURES: ReadonlyArray<readonly [string, RegExp, readonly number[]]> = [
  ["README.md", /for (\S+) kernels, from 2\.6\.32/, [KERNELS.length]],
  ["README.md", /\| (\S+) releases, and what differs/, [KERNELS.length]],
  ["README.md", /Of (\S+) kernels, (\S+) are held/, [KERNELS.length, recordedKernels()]],
  ["README.md", /\| (\S+) histories to begin with/, [count("examples/*.yaml")]],
  ["README.md", /\| (\S+) of (\S+) \| `forkpath conform`/, [vectors.length, vectors.length]],
  ["README.md", /\| (\S+) of (\S+); the others use/, [passed("v6.18"), executed("v6.18")]],
  ["README.md", /not exact there \| (\S+) of (\S+) \|/, [passed("v6.1"), executed("v6.1")]],
  ["docs/tour.md", /race: (\S+) of (\S+) lose/, failing()],
  ["llms.txt", /for (\S+) kernels/, [KERNELS.length]],
  ["apps/cli/README.md", /with `--kernel` (\S+) others/, [KERNELS.length - 1]],
  ["apps/cli/README.md", /rhel8 and (\S+) of upstream/, [upstream.length]],
  ["apps/cli/README.md", /the (\S+) known \[defects\]/, [listDefects().length]],
  ["apps/cli/README.md", /the (\S+) public vectors of/, [vectors.length]],
  ["docs/defects.md", /defects D1 to D(\S+)/, [listDefects().length]],
  ["docs/mutation.md", /the (\S+) public vectors,/, [vectors.length]],
  ["packages/procfs/README.md", /as (\S+) releases from/, [KERNELS.length]],
  [
    "packages/conformance/README.md",
    /: (\S+) forks and unmappings of small address spaces, (\S+)\nsequences and (\S+) two-CPU/,
    [vectors.length, counters.sequences.length, counters.interleavings.length],
  ],
  [
    "packages/conformance/SCHEMA.md",
    /\| (\S+) vectors \((\S+) fork, (\S+) zap\)/,
    [vectors.length, forks.length, vectors.length - forks.length],
  ],
  ...recorded.map(({ kernel, recording, histories, states }) => {
    const row = new RegExp(`\\| \`"${kernel}", "${recording}"\` \\| (\\S+) \\| (\\S+) \\|`);
    return ["packages/recordings/README.md", row, [histories, states]] as const;
  }),
  ...recorded
    .filter(({ kernel }) => kernel === "v6.18")
    .map(({ recording, histories, byHand }) => {
      const random = histories - byHand;
      const by =
        recording === "tasks"
          ? /^(\S+) by hand.*, (\S+) random/m
          : /^(\S+) are made by hand.*, (\S+) are random/m;
      return ["packages/recordings/SCHEMA.md", by, [byHand, random]] as const;
    }),
];

/** Those of which something was recorded: 2.6.32's functions are among them. */
function recordedKernels(): number {
  return RECORDED_KERNELS.length + 1;
}

describe.each(FIGURES)("%s, %s", (document, pattern, wanted) => {
  test("says how many there are", () => {
    const [, ...figures] = pattern.exec(readDocument(document)) ?? [];
    expect(figures.map(numberOf)).toEqual(wanted);
  });
});

test("the program of live is as long as live.md says", () => {
  const lines = filesOf("packages/live/native/*.c")
    .map((path) => readDocument(path).split("\n").length)
    .reduce((sum, one) => sum + one, 0);
  const [, said = ""] = /program of some (\S+) lines/.exec(readDocument("docs/live.md")) ?? [];
  expect(Math.round(lines / 100) * 100).toBe(numberOf(said));
});
