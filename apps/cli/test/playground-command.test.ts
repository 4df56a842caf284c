/** `forkpath playground`, and the links that other commands write. */
import { inflateRawSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { servePlayground } from "../src/playground/serve.ts";
import { runProgram } from "../src/program.ts";
import { colorsFor } from "../src/terminal.ts";
import { SHARED_PAGES } from "./scenarios.ts";
import { forkpath } from "./session.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

test("the page is served on loopback, and nothing but its folder", async () => {
  const { url, close } = await servePlayground(0);
  open.push(close);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  const page = await fetch(url);
  expect([page.status, page.headers.get("content-type")]).toEqual([
    200,
    "text/html; charset=utf-8",
  ]);
  const [, script] = /src="\.\/(assets\/[^"]+)"/.exec(await page.text()) ?? [];
  expect((await fetch(`${url}${script}`)).headers.get("content-type")).toBe("text/javascript");
  for (const path of [
    "../package.json",
    "%2e%2e/package.json",
    "..%2fpackage.json",
    "no-such",
    "%00",
  ]) {
    expect((await fetch(`${url}${path}`)).status).toBe(404);
  }
});

test("it says where the page is, and ends with Ctrl-C", async () => {
  const out: string[] = [];
  const exitCode = await runProgram(["playground", "redis-snapshot", "--no-open"], {
    stdin: (async function* () {})(),
    env: {},
    colors: colorsFor({}, {}),
    status: null,
    onInterrupt(listener) {
      queueMicrotask(listener);
      return () => {};
    },
    out: (text) => void out.push(text),
    err: () => {},
  });
  expect(exitCode).toBe(0);
  expect(out).toEqual([expect.stringMatching(/^http:.*\/#v1\/history\/redis-snapshot$/)]);
});

test.each([
  ["redis-snapshoot", "redis-snapshot"],
  ["d01-exec-argumets", "d01-exec-arguments"],
])("%s: did you mean %s?", async (name, meant) => {
  const { exitCode, err } = await forkpath(["playground", name, "--no-open"]);
  expect([exitCode, err]).toEqual([
    2,
    [`error: there is no file ${name}; did you mean the example ${meant}?`],
  ]);
});

test("run --link links an example by its name, with its kernel", async () => {
  const { out } = await forkpath(["run", "first-fork", "--link", "--kernel", "v6.18"]);
  expect(out).toEqual(["#v1/history/first-fork?kernel=v6.18"]);
});

test("run --link puts a text of one's own into the link", async () => {
  const { out, exitCode } = await forkpath(["run", "-", "--link"], SHARED_PAGES);
  const [, data] = /^#v1\/history\/~([\w-]+)$/.exec(out[0]) ?? [];
  expect(exitCode).toBe(0);
  expect(inflateRawSync(Buffer.from(data ?? "", "base64url")).toString()).toBe(`${SHARED_PAGES}\n`);
});

test("explore --link links the plainest schedule that fails", async () => {
  const words = ["explore", "d01-exec-arguments", "--everywhere"];
  const { out } = await forkpath([...words, "--link"]);
  const [, schedule] = /^#v1\/race\/d01-exec-arguments\+everywhere@(v1:\w+)$/.exec(out[0]) ?? [];
  const told = await forkpath(words);
  expect(told.out.join("\n")).toMatch(
    new RegExp(`forkpath replay d01-exec-arguments\\+everywhere#\\w+@${schedule}`),
  );
});

test("a litmus on bare counters is linked by its name", async () => {
  const { out } = await forkpath(["explore", "exec-charge-shipped", "--link"]);
  expect(out[0]).toMatch(/^#v1\/race\/exec-charge-shipped@v1:\w+$/);
});

test("what cannot be linked says why", async () => {
  const broken = await forkpath(["run", "-", "--link"], "steps: 3");
  expect([broken.exitCode, broken.out]).toEqual([2, []]);
  const missing = await forkpath(["playground", "no-such-file.yaml", "--no-open"]);
  expect([missing.exitCode, missing.out]).toEqual([2, []]);
});
