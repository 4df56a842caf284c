import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkFolder } from "../src/check.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "forkpath-site-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

test("links to pages, folders and anchors resolve", () => {
  put(
    "index.html",
    '<a href="/docs/">d</a> <a href="docs/a.html#s4.5-2">a</a> <a href="#x">x</a><i id="x">',
  );
  put("docs/index.html", '<a href="../index.html#x">up</a><a href="https://example.org/">out</a>');
  put("docs/a.html", '<a id="s4.5-2"></a>');
  expect(checkFolder(folder)).toEqual([]);
});

test("a link to no file, and one to no anchor, are found", () => {
  put("index.html", '<a href="./b.html">b</a><a href="/docs/a.html#s9">a</a><a href="#y">y</a>');
  put("docs/a.html", '<a id="s4"></a>');
  expect(checkFolder(folder)).toEqual([
    "index.html: ./b.html: no such file",
    "index.html: /docs/a.html#s9: no such anchor",
    "index.html: #y: no such anchor",
  ]);
});

test("a link beside the place that the folder is served under is found", () => {
  put("index.html", '<a href="/forkpath/index.html">ok</a><a href="/index.html">beside</a>');
  expect(checkFolder(folder, "/forkpath/")).toEqual([
    "index.html: /index.html: not under /forkpath/",
  ]);
});

test("what is loaded from outside is found, in pages and in styles", () => {
  put(
    "index.html",
    '<script src="https://example.org/a.js"></script><img alt="" src="//example.org/b.png">',
  );
  put(
    "a.css",
    "@font-face { src: url(https://example.org/c.woff2) } i { background: url(/d.png) }",
  );
  expect(checkFolder(folder)).toEqual([
    "a.css: loaded from outside: https://example.org/c.woff2",
    'index.html: loaded from outside: <script src="https://example.org/a.js">',
    'index.html: loaded from outside: <img alt="" src="//example.org/b.png">',
  ]);
});
