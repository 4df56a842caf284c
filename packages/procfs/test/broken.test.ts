/** Texts that no kernel prints: where, what was wanted, and what stands there. */
import { expect, test } from "vitest";
import * as procfs from "../src/index.ts";

/** The message of the procfs.ProcError that `read` throws. */
function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(procfs.ProcError);
    return (error as procfs.ProcError).message;
  }
  return "read without an error";
}

const AREA =
  "00400000-00401000 r-xp 00000000 08:01 12 /bin/x\nRss:         4 kB\nPss:        4 kB\n";

test.each([
  ["00400000-0040100 r-xp 00000000 08:01 12 /bin/x\n", "maps:1: wanted a line such as 7f3a"],
  ["00401000-00400000 r-xp 00000000 08:01 12 /bin/x\n", "maps:1: wanted a line such as"],
  ["00400000-00401000 r-xq 00000000 08:01 12 /bin/x\n", "maps:1: wanted a line such as"],
  ["00400000-00401000 r-xp 00000000 08:01 /bin/x\n", "maps:1: wanted a line such as"],
  [
    "00400000-00401000 r-xp 00000000 08:01 12 /bin/x",
    'maps:1: wanted an end of line, got the end after "0040',
  ],
  [`${"0".repeat(30)}\n`, "maps:1: wanted a line such as"],
  ["\u0000\u0007\n", String.raw`got "\u0000\u0007"`],
])("maps %#", (text, message) => {
  expect(refusal(() => procfs.parseMaps(text))).toContain(message);
});

test("areas out of order", () => {
  const text =
    "00402000-00403000 r--p 00000000 00:00 0 \n00401000-00402000 r--p 00000000 00:00 0 \n";
  expect(refusal(() => procfs.parseMaps(text))).toBe(
    "maps:2: wanted an area from 00403000 on, got one from 00401000",
  );
});

test.each([
  ["Rss:         4 kB\n", "smaps:1: wanted a line such as 7f3ab"],
  [AREA.replace("4 kB\nPss", "4\nPss"), 'smaps:2: wanted a number kB behind Rss, got "4"'],
  [AREA.replace("4 kB\nPss", "x kB\nPss"), "smaps:2: wanted a number kB behind Rss"],
  [
    AREA.replace("4 kB\nPss", `${"9".repeat(21)} kB\nPss`),
    "smaps:2: wanted a number kB behind Rss",
  ],
  [AREA.replace("Pss", "Rss"), "smaps:3: wanted one line Rss, got a second one"],
  [AREA.replace("Pss:", "Pss"), 'smaps:3: wanted a field and a colon, got "Pss        4 kB"'],
  [AREA.replaceAll("Rss", "Pss2"), "smaps:4: wanted a line Rss of the area at line 1"],
  [`${AREA}VmFlags: rd w\n`, 'smaps:4: wanted flags of two letters each, got " rd w"'],
  [
    `${AREA}00402000-00403000 r--p 00000000 00:00 0 \nRss:    0 kB\n`,
    "smaps:6: wanted a line Pss of the area at line 4, got the end of the area",
  ],
])("smaps %#", (text, message) => {
  expect(refusal(() => procfs.parseSmaps(text))).toContain(message);
});

test("other texts", () => {
  expect(refusal(() => procfs.parseSmapsRollup(AREA))).toContain("wanted one area [rollup]");
  expect(refusal(() => procfs.parseSmapsRollup(""))).toContain("got 0 areas");
  expect(refusal(() => procfs.parseStatus("Name:\tx\n"))).toBe(
    "status:2: wanted a line Pid, got the end",
  );
  expect(refusal(() => procfs.parseStatus("VmRSS:\t  12 KB\nPid:\t1\n"))).toContain(
    "status:1: wanted a number kB behind VmRSS",
  );
  expect(refusal(() => procfs.parseStatus("Name: x\n"))).toContain("wanted a tab behind the colon");
  expect(refusal(() => procfs.parseStat("1 (x) S 0 1\n"))).toContain("of 44 numbers or more");
  expect(refusal(() => procfs.parseStat(""))).toContain("got nothing");
  expect(refusal(() => procfs.parseStatm("1 2 3\n"))).toContain("wanted seven numbers");
  expect(refusal(() => procfs.parseStatm("1 2 3 4 5 6 7 8\n"))).toContain("wanted seven numbers");
  expect(refusal(() => procfs.parseMeminfo("MemTotal: 12\n"))).toContain(
    "meminfo:1: wanted a number kB",
  );
  expect(refusal(() => procfs.parseLimits("Max cpu time 1 2 s\n"))).toContain("limits:1: wanted");
  expect(refusal(() => procfs.parseAnonVmas("1 2 3\n"))).toContain("wanted pid start end vm_flags");
  expect(refusal(() => procfs.parseCapture({}))).toBe(
    "status: wanted the text of a process, got no such file",
  );
});

test("capture.json", () => {
  expect(refusal(() => procfs.parseCaptureInfo("{"))).toBe('capture.json: wanted JSON, got "{"');
  expect(refusal(() => procfs.parseCaptureInfo("[]"))).toContain("wanted an object");
  expect(refusal(() => procfs.parseCaptureInfo('{"format":2}'))).toContain(
    'wanted format 1, got "2"',
  );
  const cpus = refusal(() => procfs.parseCaptureInfo('{"format":1,"cpus":"two"}'));
  expect(cpus).toContain("wanted a whole number as cpus");
  const wanted = (members: string): string =>
    refusal(() => procfs.parseCaptureInfo(`{"format":1,${members}}`));
  expect(wanted('"vm":{"overcommit_memori":2}')).toMatch(
    /wanted one of overcommit_memory, .* in vm, got "overcommit_memori"/,
  );
  expect(wanted('"overcommit_memory":2')).toContain(
    'wanted overcommit_memory inside of vm, as {"vm":{"overcommit_memory":…}}',
  );
  expect(wanted('"relese":"6.1"')).toContain("wanted one of format, pid, release, ");
  const all = procfs.printCaptureInfo(procfs.emptyCaptureInfo());
  expect(procfs.parseCaptureInfo(all)).toEqual(procfs.emptyCaptureInfo());
  expect(
    procfs.parseCaptureInfo('{"format":1,"vm":{"overcommit_memory":2}}').vm.overcommit_memory,
  ).toBe(2);
});

test("binary files", () => {
  const words = procfs.createWordParser(() => {});
  words.write(new Uint8Array(11));
  expect(refusal(() => words.end())).toBe(
    "pagemap: wanted words of 8 bytes, got 3 bytes behind word 1",
  );
  const record = (address: number, entry: number): Uint8Array =>
    new Uint8Array(Uint32Array.of(address, 0, entry, 0, 1, 0, 0, 0).buffer);
  const pages = procfs.createPagesParser();
  pages.write(record(0x5000, 1));
  expect(refusal(() => pages.write(record(0x5000, 1)))).toContain(
    "wanted a page above 0x5000 in record 2, got 0x5000",
  );
  expect(refusal(() => pages.write(record(0x6001, 1)))).toContain("got 0x6001");
  expect(refusal(() => pages.write(record(0x6000, 0)))).toContain("wanted a pagemap entry");
});

test("a line without end is not kept for ever", () => {
  const noise = new Uint8Array(3 * 2 ** 20).fill(65);
  expect(refusal(() => procfs.parseSmaps(noise))).toContain(
    "wanted a line of at most 1048576 bytes",
  );
});

test("a stat that ends before cguest_time, its 44th number", () => {
  const line = (numbers: number): string => `1 (x) S${" 0".repeat(numbers - 3)}\n`;
  expect(procfs.parseStat(line(44)).fields.length).toBe(41);
  expect(refusal(() => procfs.parseStat(line(43)))).toContain("of 44 numbers or more");
});
