/** A folder that somebody has written is data again. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { loadCapture } from "../src/index.ts";

const CAPTURES = fileURLToPath(new URL("../../procfs/test/captures/", import.meta.url));
const STATUS = "Name:\tx\nPid:\t7\n";

const folders: string[] = [];
afterEach(async () => {
  for (const one of folders.splice(0)) await rm(one, { recursive: true });
});

async function folder(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "forkpath-load-"));
  folders.push(directory);
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(directory, name), bytes);
  return directory;
}

test("a real capture", async () => {
  const capture = await loadCapture(`${CAPTURES}redis/pre`);
  expect(capture.status.rows.VmRSS).toBe(475204);
  expect(capture.smaps?.length).toBe(121);
  expect(capture.pages?.count).toBe(118803);
  expect(capture.anonVmas?.length).toBe(120);
  expect(capture.info).toBeNull();
});

test("a status alone is a capture", async () => {
  const capture = await loadCapture(await folder({ status: STATUS }));
  expect(capture.pages).toBeNull();
  expect(capture.smaps).toBeNull();
});

test("a folder without capture.json may have an fdinfo", async () => {
  const fdinfo = `pos:\t0\nUserBufs:\t2\n    0: 0x7f0b5975f000/65536\n    1: 0x7f0b59205000/4096\nPollList:\n`;
  const { info } = await loadCapture(await folder({ status: STATUS, fdinfo }));
  expect(info?.pinned).toEqual([
    { start: 0x7f0b5975f000, length: 65_536 },
    { start: 0x7f0b59205000, length: 4096 },
  ]);
  const other = await folder({ status: STATUS, fdinfo: "API:\taa:2:1c\n" });
  expect((await loadCapture(other)).info?.userfaultFeatures).toEqual([2]);
});

test("a folder in the place of a file is told by its name", async () => {
  const directory = await folder({ status: STATUS });
  await mkdir(join(directory, "smaps"));
  const message = "smaps: wanted the text of a process, got a folder";
  await expect(loadCapture(directory)).rejects.toThrow(message);
});

test("nothing, or nonsense, is not", async () => {
  await expect(loadCapture(await folder({}))).rejects.toThrow("wanted the text of a process");
  const torn = gzipSync(new Uint8Array(64)).subarray(0, 12);
  const cut = loadCapture(await folder({ status: STATUS, "pages.bin.gz": torn }));
  await expect(cut).rejects.toThrow("pages.bin.gz: wanted packed records, got unexpected end");
  const noise = loadCapture(await folder({ status: STATUS, "pages.bin.gz": "noise" }));
  await expect(noise).rejects.toThrow("pages.bin.gz: wanted packed records");
  const short = loadCapture(await folder({ status: STATUS, "pages.bin": new Uint8Array(33) }));
  await expect(short).rejects.toThrow("pages.bin: wanted a pagemap entry in record 1, got 0");
});
