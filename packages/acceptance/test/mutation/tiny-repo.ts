/** A workspace of a few files, in a temporary folder, with this one's dependencies. */
import { mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { REPO } from "@forkpath/config/published";

/** @returns its root */
export async function makeTinyRepo(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "forkpath-tiny-"));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await symlink(join(REPO, "node_modules"), join(root, "node_modules"));
  return root;
}
