/** `forkpath defects` (SPEC §11): the list, and the runs that show one. */
import { listDefects } from "@forkpath/scenario";
import { expect, test } from "vitest";
import { wrap } from "../src/defects/wrap.ts";
import { forkpath } from "./session.ts";

const shown = listDefects().filter(({ scenarios }) => scenarios.length > 0);

test("without a name all are listed with their status, and a reason where there is no run", async () => {
  const { exitCode, out } = await forkpath(["defects"]);
  expect(exitCode).toBe(0);
  expect(out[0]).toBe("D1   reproduced    exec charges a counter without its lock");
  const tlb = out.findIndex((line) => line.startsWith("D12 "));
  expect(out[tlb]).toMatch(/^D12 {2}not modelled {2}/);
  expect(out[tlb + 1]).toBe("                   the model has no TLB that lags");
  expect(out.at(-1)).toBe(`${shown.length} of 45 can be seen: forkpath defects D1 shows the first`);
});

test("--json lists them as the package does", async () => {
  const { out } = await forkpath(["defects", "--json"]);
  expect(JSON.parse(out.join("\n"))).toEqual(listDefects());
});

test("D1 tells what to see, shows the lost update, and the mended machine beside it", async () => {
  const { exitCode, out } = await forkpath(["defects", "D1"]);
  expect(exitCode).toBe(0);
  const text = out.join("\n");
  const parts = [
    "D1. ",
    "To be seen: ",
    "VmRSS: 40 kB",
    'The same with rules: {"argLock":{"cures":"D1"}}',
  ];
  const places = parts.map((part) => text.indexOf(part));
  expect(places).toEqual([...places].sort((left, right) => left - right));
  expect(places).not.toContain(-1);
  expect(text.slice(places.at(-1))).toContain("recount: clean");
});

test.for(["d3b", "D03B", "3b", "d03b.yaml"])("%s is the second scenario of D3", async (name) => {
  const { exitCode, out } = await forkpath(["defects", name]);
  expect([exitCode, out[0]?.slice(0, 5)]).toEqual([0, "D3/b."]);
  expect(out.filter((line) => line.startsWith("To be seen"))).toHaveLength(1);
});

test("D3 is all of its scenarios", async () => {
  const { out } = await forkpath(["defects", "d3"]);
  expect(out.filter((line) => /^D3\/.\. /.test(line)).map((line) => line[3])).toEqual([
    "a",
    "b",
    "c",
  ]);
});

test("one that is not modelled says why, and is no failure", async () => {
  const { exitCode, out } = await forkpath(["defects", "D12"]);
  expect([exitCode, out[1]]).toEqual([0, "Not modelled: the model has no TLB that lags."]);
});

test("--json of one has its runs, and the mended ones", async () => {
  const { out } = await forkpath(["defects", "D1", "--json"]);
  expect(JSON.parse(out.join("\n"))).toMatchObject({
    id: "D1",
    status: "reproduced",
    scenarios: [
      { file: "d01.yaml", see: expect.stringContaining("lost"), ok: true, cured: { ok: true } },
    ],
  });
});

test.for(shown.map(({ id }) => id))("%s is seen as told, in at most 100 columns", async (id) => {
  const { exitCode, out } = await forkpath(["defects", id]);
  expect([exitCode, out.filter((line) => line.includes("FAIL"))]).toEqual([0, []]);
  const prose = out.filter((line) => !/^ +\d+ /.test(line));
  expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(100);
});

test.for(["D99", "D0", "D3d", "D1b", "x", "dd1"])("%s is no defect: exit code 2", async (name) => {
  const { exitCode, err } = await forkpath(["defects", name]);
  expect([exitCode, err]).toEqual([
    2,
    [`error: no defect has the name ${name}: forkpath defects lists them`],
  ]);
});

test("text is broken at blanks, and a word too long for a line stays whole", () => {
  expect(wrap("one two\nthree  four", 9)).toEqual(["one two", "three", "four"]);
  expect(wrap("a verylongword b", 5)).toEqual(["a", "verylongword", "b"]);
  expect(wrap("  ", 5)).toEqual([]);
});

test("--kernel tells what has become of each, and what the model shows of it", async () => {
  const { exitCode, out } = await forkpath(["defects", "--kernel", "v6.18"]);
  expect(exitCode).toBe(0);
  const row = (id: string): string | undefined => out.find((line) => line.startsWith(`${id} `));
  expect(row("D9")).toBe("D9   still      as on el6    a vfork child inherits its parent's peak");
  expect(row("D7")).toMatch(/^D7 {3}gone {7}not so /);
  expect(row("D12")).toMatch(/^D12 {2}still {6}no scenario /);
  expect(out[out.indexOf(row("D7") ?? "") + 1]?.trim()).toBe(
    "mmlist insert only for real swap entries",
  );
});

test("of a release that no table tells of, the model is asked alone", async () => {
  const { out } = await forkpath(["defects", "--kernel", "v6.1", "--json"]);
  const rows = JSON.parse(out.join("\n"));
  expect(rows).toHaveLength(45);
  expect(rows[6]).toMatchObject({ id: "D7", told: null, reason: null, scenarios: 1, seen: 0 });
});

test("--kernel and a name do not go together", async () => {
  const { exitCode, err } = await forkpath(["defects", "D1", "--kernel", "v6.18"]);
  expect([exitCode, err]).toEqual([
    2,
    ["error: --kernel tells of all defects: leave the name out"],
  ]);
});
