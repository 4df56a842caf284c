/** What is in each package, as the registry has it. */
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { REPO } from "@forkpath/config/published";
import { expect, test } from "vitest";
import type { Rehearsal } from "../../publish/rehearsal.ts";
import { cleanEnv, run } from "../../publish/shell.ts";

interface Sent {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export function testTarballs(rehearsal: () => Rehearsal): void {
  const manifests = async (): Promise<readonly Sent[]> => {
    const { packages, registry } = rehearsal();
    const names = packages.map(({ manifest }) => manifest.name);
    return Promise.all(names.map(async (name) => (await registry.manifest(name)) as Sent));
  };

  test("no manifest names the workspace or its sources", async () => {
    for (const manifest of await manifests()) {
      const text = JSON.stringify({ ...manifest, devDependencies: {} });
      expect(text).not.toContain("workspace:");
      expect(text).not.toContain("catalog:");
      expect(JSON.stringify(manifest.exports)).not.toContain("@forkpath/source");
    }
  });

  test("a release asks for provenance, in words that pnpm reads", async () => {
    const workflow = await readFile(join(REPO, ".github/workflows/release.yml"), "utf8");
    expect(workflow).toContain("id-token: write");
    const [, name = ""] = /^ +(\w+_PROVENANCE): "true"/m.exec(workflow) ?? [];
    const env = {
      ...cleanEnv,
      pnpm_config_verify_deps_before_run: "false",
      [name]: "true",
      GITHUB_ACTIONS: "",
      CI: "",
    };
    const folder = join(rehearsal().workspace.root, "packages/abi");
    // Outside of a workflow there is none to be had: pnpm says so, and publishes nothing.
    const { code, stdout, stderr } = await run(folder, env, "pnpm", "publish", "--no-git-checks");
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/provenance generation/i);
  });

  test("what it depends on is a caret range, so that an app's own copy is shared", async () => {
    for (const { name, dependencies = {} } of await manifests()) {
      for (const [other, range] of Object.entries(dependencies)) {
        expect(range, `${other} of ${name}`).toMatch(/^\^\d/);
      }
    }
  });

  test("they hold code, what its maps lead to, and licence, but no tests and no stamp", async () => {
    const project = await rehearsal().project("tarballs");
    const { code } = await project.run("npm", "install", "forkpath", "@forkpath/kernel");
    expect(code).toBe(0);
    const { stdout } = await project.run("npm", "ls", "--all", "--parseable");
    const folders = stdout.split("\n").filter((line) => /[\\/]@?forkpath([\\/]|$)/.test(line));
    const names = rehearsal().packages.length;
    expect(folders.length).toBeGreaterThan(names / 2);
    for (const folder of folders.filter((line) => line.includes("node_modules"))) {
      const files = readdirSync(folder, { recursive: true }).map(String);
      expect(files).toContain("LICENSE");
      expect(files.filter((file) => /^test\b|\.build$|\.test\./.test(file))).toEqual([]);
      expect(files.some((file) => /^dist.[a-z-]+\.js$/.test(file))).toBe(true);
      for (const file of files.filter((one) => one.endsWith(".d.ts.map"))) {
        const { sources } = JSON.parse(await readFile(join(folder, file), "utf8"));
        expect(sources.length).toBeGreaterThan(0);
        for (const source of sources) expect(existsSync(join(folder, "dist", source))).toBe(true);
      }
    }
  });
}
