/** `forkpath trace`: the same run in four formats, on standard output or in a file. */
import {
  existsSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SHARED_PAGES, WRONG_SIZE } from "./scenarios.ts";
import { forkpath } from "./session.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "forkpath-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function trace(...options: string[]): Promise<readonly string[]> {
  const { exitCode, out, err } = await forkpath(["trace", "-", ...options], SHARED_PAGES);
  expect([exitCode, err]).toEqual([0, []]);
  return out;
}

test("function_graph is the default: calls nest, and what happens in them is a comment", async () => {
  const out = await trace();
  expect(out[0]).toBe("# tracer: function_graph");
  expect(out[5]).toBe(" 2)               |  do_fork() {");
  expect(out).toContain(" 2)               |            copy_page_range() {");
  expect(out).toContain(" 2)               |                    /* rss file+0 anon+2 swap+0 */");
  const end = out.findIndex((line) => /^ 2\) +[0-9.]+ us +\| {2}}$/.test(line));
  expect(out[end - 1]).toBe(" 2)               |    /* task fork 2 3 */");
});

test("perfetto is one JSON object, whose rows go by the names of the scenario", async () => {
  const [line, ...rest] = await trace("--format", "perfetto");
  expect(rest).toEqual([]);
  const { traceEvents } = JSON.parse(line);
  const names = traceEvents.filter(({ name }: { name: string }) => name === "thread_name");
  expect(names.map(({ args }: { args: { name: string } }) => args.name)).toEqual([
    ...["parent (2)", "child (3)"], // as threads of the kernel
    ...["parent (2)", "child (3)"], // as tasks
  ]);
});

test("folded is a stack a line, with its own nanoseconds", async () => {
  const out = await trace("--format", "folded");
  const stack = "do_fork;copy_process;copy_mm;dup_mm;dup_mmap;copy_page_range";
  expect(out.find((line) => line.startsWith(`${stack} `))).toMatch(/ \d+$/);
  for (const line of out) expect(line).toMatch(/^[a-z0-9_]+(;[a-z0-9_]+)* \d+$/);
});

test("events is a line an event: number, nanoseconds, thread, event", async () => {
  const out = await trace("--format", "events");
  expect(out[0]).toBe("     0          0 [2] call do_fork pid=2");
  expect(out.filter((line) => line.endsWith("rss file+0 anon+2 swap+0"))).toHaveLength(1);
});

test("--classes chooses the events; only those take time", async () => {
  const kindsOf = async (classes: string): Promise<Set<string | undefined>> => {
    const out = await trace("--format", "events", "--classes", classes);
    return new Set(out.map((line) => line.split("] ")[1]?.split(" ", 1)[0]));
  };
  expect(await kindsOf("alloc")).toEqual(new Set(["alloc"]));
  expect(await kindsOf("call,lock")).toEqual(new Set(["call", "return", "lock", "unlock"]));
  expect(await kindsOf("all")).toContain("load");
  const out = await trace("--format", "events", "--classes", "task");
  expect(out).toEqual(["     0          0 [2] task fork 2 3"]);
});

test("-o writes a file with the same text, and says so", async () => {
  const file = join(folder, "trace.txt");
  const shown = await trace();
  const { length } = await trace("--format", "events");
  expect(await trace("-o", file)).toEqual([`${length} events written to ${file}`]);
  expect(readFileSync(file, "utf8")).toBe(`${shown.join("\n")}\n`);
});

test("--last keeps the newest events, and tells how many are missing", async () => {
  const all = await trace("--format", "events");
  const words = ["trace", "-", "--format", "events", "--last", "5"];
  const { exitCode, out, err } = await forkpath(words, SHARED_PAGES);
  expect([exitCode, out]).toEqual([0, all.slice(-5)]);
  const note = `note: the first ${all.length - 5} events are left out: --last ${all.length} keeps all`;
  expect(err).toEqual([note]);
});

test.for([
  ["function_graph", /^# first \d+ events dropped: --last \d+ keeps all$/],
  ["perfetto", /"dropped":"first \d+ events dropped: --last \d+ keeps all"/],
  ["folded", /^\[first \d+ events dropped: --last \d+ keeps all\];do_fork.* \d+$/],
] as const)(
  "%s says in the file what it lacks, and nothing where it has all",
  async ([format, note]) => {
    const words = ["trace", "-", "--format", format];
    const cut = await forkpath([...words, "--last", "20"], SHARED_PAGES);
    expect(cut.out).toContainEqual(expect.stringMatching(note));
    const whole = await forkpath(words, SHARED_PAGES);
    expect(whole.out.join("\n")).not.toContain("dropped");
  },
);

test("-o onto what is read is refused, through links of both kinds too", async () => {
  const file = join(folder, "mine.yaml");
  const [soft, hard] = [join(folder, "soft.yaml"), join(folder, "hard.yaml")];
  writeFileSync(file, SHARED_PAGES);
  symlinkSync(file, soft);
  linkSync(file, hard);
  for (const [input, output] of [
    [file, file],
    [file, soft],
    [soft, file],
    [hard, file],
  ]) {
    expect(await forkpath(["trace", input, "-o", output])).toEqual({
      exitCode: 2,
      out: [],
      err: [`error: ${output} is the file that is read: ${input}`],
    });
  }
  expect(readFileSync(file, "utf8")).toBe(SHARED_PAGES);
});

test("-o leaves what was there, or nothing, where the scenario is wrong", async () => {
  const [old, fresh] = [join(folder, "old.txt"), join(folder, "fresh.txt")];
  writeFileSync(old, "older");
  for (const output of [old, fresh]) {
    expect((await forkpath(["trace", "-", "-o", output], "steps: 3")).exitCode).toBe(2);
  }
  expect(readFileSync(old, "utf8")).toBe("older");
  expect(existsSync(fresh)).toBe(false);
});

test("a run that does not come to what it expects is traced all the same, with a note", async () => {
  const { exitCode, out, err } = await forkpath(["trace", "-"], WRONG_SIZE);
  expect([exitCode, out[0]]).toEqual([0, "# tracer: function_graph"]);
  expect(err).toEqual(["note: not all is as expected: forkpath run - tells more"]);
});

test("the same scenario gives the same bytes", async () => {
  const options = ["--format", "perfetto", "--classes", "all"];
  expect(await trace(...options)).toEqual(await trace(...options));
});

test.for([
  [["--format", "svg"], /^error: option '--format <FORMAT>' argument 'svg' is invalid/],
  [["--classes", "call,lok"], /argument 'call,lok' is invalid\. Expected all, or some of call,/],
  [["-o", "no/such/folder/out"], /^error: cannot write no\/such\/folder\/out: ENOENT/],
] as const)("%j is refused in one line, with exit code 2", async ([options, message]) => {
  const { exitCode, out, err } = await forkpath(["trace", "-", ...options], SHARED_PAGES);
  expect([exitCode, out, err.length]).toEqual([2, [], 1]);
  expect(err[0]).toMatch(message);
});
