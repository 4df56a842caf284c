/** What a published package's manifest must say. */
import { expect, test } from "vitest";
import { lint } from "./fixture.ts";

const SITE = "https://github.com/forkpath/forkpath";
const PUBLISHED = {
  name: "@forkpath/abi",
  version: "1.2.3",
  keywords: ["linux"],
  license: "MIT",
  author: "forkpath authors",
  homepage: `${SITE}/tree/main/packages/abi#readme`,
  bugs: { url: `${SITE}/issues` },
  repository: { type: "git", url: `git+${SITE}.git`, directory: "packages/abi" },
  type: "module",
  sideEffects: false,
  engines: { node: ">=20.19.0" },
  files: ["dist", "!dist/.build", "CHANGELOG.md", "src"],
  scripts: {
    build: "tsup && fresh-build stamp",
    prepack: "fresh-build check",
    "check:package": "pnpm pack --out package.tgz",
  },
};
const told = (manifest: object): string[] =>
  lint({ "packages/abi/package.json": JSON.stringify(manifest) });

test("a manifest with all of it is in order", () => {
  expect(told(PUBLISHED)).toEqual([]);
});

test("each field, file and script is missed", () => {
  for (const field of Object.keys(PUBLISHED)) {
    if (field === "name" || field === "version") continue;
    const { [field as "license"]: _left, ...rest } = PUBLISHED;
    expect(told(rest), field).not.toEqual([]);
  }
  for (const file of PUBLISHED.files) {
    const files = PUBLISHED.files.filter((one) => one !== file);
    expect(told({ ...PUBLISHED, files })).toEqual([
      `packages/abi/package.json:1: manifest: files lacks ${file}`,
    ]);
  }
});

test("a build without its stamp is told", () => {
  const scripts = { ...PUBLISHED.scripts, build: "tsup" };
  expect(told({ ...PUBLISHED, scripts })).toEqual([
    "packages/abi/package.json:1: manifest: the script build is to end with && fresh-build stamp",
  ]);
});

test("a private package, and one without a version, may say less", () => {
  expect(told({ name: "@forkpath/abi", version: "1.0.0", private: true })).toEqual([]);
  expect(told({ name: "@forkpath/abi" })).toEqual([]);
});
