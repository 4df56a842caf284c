/** Explorations are dealt out to workers: the page shows the same, however many there are. */
import { counterLitmuses, kernelDependence, kernelForced, scenarioLitmus } from "@forkpath/explore";
import { dpor, type Exploration, exploreProgram } from "@forkpath/interleave";
import { parseScenario } from "@forkpath/scenario";
import { expect, test } from "vitest";
import { endingsOf, failingOf } from "../src/race/endings-of.ts";
import { FIRST_LITMUS, FIRST_RACE, isBare, LITMUSES } from "../src/store/examples.ts";
import { conclude, exploreShare, replayOne } from "../src/worker/explore.ts";
import type { Explored, RaceSource } from "../src/worker/protocol.ts";
import { litmuses } from "./files.ts";

const silent = (): void => {};

function sourceOf(wanted: string, everywhere: boolean): RaceSource {
  const { name, text } = litmuses.find((one) => one.name === wanted)!;
  return { name, text, everywhere, cured: false, kernel: null };
}

const foundBy = (source: RaceSource, workers: number): Explored =>
  conclude(
    source,
    Array.from({ length: workers }, (_, worker) => exploreShare(source, worker, workers, silent)),
  );

/** As the command explores it: in one piece. */
function foundWhole({ name, text, everywhere }: RaceSource): Exploration {
  const litmus = scenarioLitmus(name, parseScenario(text ?? "", `${name}.yaml`), { everywhere });
  return exploreProgram(litmus, dpor({ dependent: kernelDependence, forced: kernelForced }));
}

test.each([
  ["d01-exec-arguments", true],
  ["d07-fork-in-migration", false],
  ["d16a-two-updaters", true],
  ["d36-fork-against-mmap", true],
  ["two-forks", true],
] as const)("%s: one worker, two and five find what the command finds", (name, everywhere) => {
  const source = sourceOf(name, everywhere);
  const whole = foundWhole(source);
  const alone = foundBy(source, 1);
  const { schedules } = whole;
  const failing = failingOf([whole]);
  expect(alone).toMatchObject({ schedules, failing, isDone: true, isComplete: true });
  expect(foundBy(source, 2)).toEqual(alone);
  expect(foundBy(source, 5)).toEqual(alone);
  const counts = endingsOf([whole]).map(({ text, count }) => [text, count]);
  expect(alone.endings.map(({ text, count }) => [text, count])).toEqual(counts);
  expect(alone.endings.reduce((sum, { count }) => sum + count, 0)).toBe(schedules);
  const bad = alone.endings.filter(({ failure }) => failure !== null);
  expect(bad.reduce((sum, { count }) => sum + count, 0)).toBe(failing);
});

test("the race that the page opens with is the plainest schedule that fails", () => {
  const { plainest } = foundBy(sourceOf(FIRST_LITMUS, true), 1);
  expect(FIRST_RACE).toBe(`#v1/race/${plainest?.replay}`);
});

test("litmuses on bare counters are there by the names that the command has", () => {
  expect(LITMUSES.filter(isBare)).toEqual(counterLitmuses().map(({ name }) => name));
});

test.each(counterLitmuses())(
  "$name: bare counters, with neither text nor machine",
  async (litmus) => {
    const variant = { cured: false, everywhere: true, kernel: null };
    const source: RaceSource = { name: litmus.name, text: null, ...variant };
    const whole = exploreProgram(
      litmus,
      dpor({ dependent: kernelDependence, forced: kernelForced }),
    );
    const found = foundBy(source, 2);
    expect(found).toMatchObject({ schedules: whole.schedules, failing: failingOf([whole]) });
    const { schedule } = found.plainest ?? found.endings[0];
    const replayed = await replayOne(source, schedule);
    expect(replayed.replay).toBe(`${litmus.name}@${schedule}`);
    expect(replayed).toMatchObject({ title: litmus.title, kernel: null, canCure: false });
  },
);

const TWO_READERS = `machine: { memory: 16M }
processes: { P: { mappings: { heap: { size: 1 page } } } }
steps: [{ clone: P, as: T }]
threads: { a: { read: P heap }, b: { read: T heap } }`;

test.each([
  ["expect: [{ process: P, anonRss: 7 }]", true],
  ["expect: [{ process: P, anonRss: 0 }]", false],
])("whether every schedule ends alike: %s", (expectation, isAlwaysAlike) => {
  const text = `${TWO_READERS}\n${expectation}`;
  const source = { name: "race.yaml", text, cured: false, everywhere: true, kernel: null };
  expect(foundBy(source, 2)).toMatchObject({ isAlwaysAlike });
});

test("what stopped a schedule before its end is an ending too", () => {
  const dead = { kind: "deadlock", message: "a waits for b", count: 2, schedule: "v1:ab" } as const;
  const bad = { kind: "final", message: "lost", count: 3, schedule: "v1:ba" } as const;
  const outcomes = [
    { outcome: "1", count: 3, schedule: "v1:ba", failure: { kind: "final", message: "lost" } },
    { outcome: "2", count: 5, schedule: "v1:a", failure: null },
  ] as const;
  const endings = endingsOf([{ outcomes, failures: [dead, bad] }]);
  expect(endings.map(({ text, count, failure }) => [text, count, failure])).toEqual([
    ["1", 3, "lost"],
    ["2", 5, null],
    ["deadlock: a waits for b", 2, "a waits for b"],
  ]);
});
