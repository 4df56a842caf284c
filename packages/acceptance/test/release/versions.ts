/** What moves when one package changes: that one, and those whose ranges no longer take it. */

import { publishedPackages } from "@forkpath/config/published";
import { expect, test } from "vitest";
import type { Rehearsal } from "../../publish/rehearsal.ts";

type Versions = ReadonlyMap<string, string>;

const versionsIn = (root: string): Versions =>
  new Map(publishedPackages(root).map(({ manifest }) => [manifest.name, manifest.version]));

const moved = (before: Versions, after: Versions): string[] =>
  [...after.keys()].filter((name) => after.get(name) !== before.get(name)).sort();

export function testVersions(rehearsal: () => Rehearsal): void {
  test("a patch moves that one, and only it is published", async () => {
    const { workspace, registry, packages } = rehearsal();
    const before = versionsIn(workspace.root);
    await workspace.change({ "@forkpath/trace": "patch" });
    await workspace.commit();
    await workspace.run("pnpm", "changeset", "version");
    const after = versionsIn(workspace.root);
    expect(moved(before, after)).toEqual(["@forkpath/trace"]);

    // The manifest is newer than the build now: it cannot be published like that.
    const publish = () => workspace.run("pnpm", "changeset", "publish", "--no-git-tag");
    await expect(publish()).rejects.toThrow("fresh-build check");
    await workspace.run("pnpm", "--filter", "@forkpath/trace", "run", "build");
    await publish();
    for (const { manifest } of packages) {
      const versions = [before.get(manifest.name)!, after.get(manifest.name)!];
      expect(await registry.versions(manifest.name)).toEqual([...new Set(versions)]);
    }
    await workspace.commit();
  });

  test("its changelog says what changed, and is published with it", async () => {
    const project = await rehearsal().project("changelog");
    await project.run("npm", "install", "@forkpath/trace");
    const { stdout } = await project.run(
      "node",
      "-p",
      'fs.readFileSync("node_modules/@forkpath/trace/CHANGELOG.md", "utf8")',
    );
    expect(stdout).toMatch(
      /^- Something that a user can see\. \(\[(\w{7})\]\(https:\S+\/commit\/\1\w{33}\)\)$/m,
    );
  });

  test("a minor version below 1.0 moves those too that name it", async () => {
    const { workspace, packages } = rehearsal();
    const before = versionsIn(workspace.root);
    await workspace.change({ "@forkpath/swap": "minor" });
    await workspace.run("pnpm", "changeset", "version");
    const users = packages.filter(({ manifest }) => manifest.dependencies?.["@forkpath/swap"]);
    const names = ["@forkpath/swap", ...users.map(({ manifest }) => manifest.name)].sort();
    expect(users.length).toBeGreaterThan(1);
    expect(names.length).toBeLessThan(packages.length / 2);
    expect(moved(before, versionsIn(workspace.root))).toEqual(names);
  });
}
