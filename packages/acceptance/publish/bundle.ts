/** What a page would load of a package: bundled and minified, as esbuild does it. */
import { builtinModules } from "node:module";
import { gzipSync } from "node:zlib";
import { type Published, REPO } from "@forkpath/config/published";
import { build } from "esbuild";

export interface BundleSize {
  /** Bytes, minified. */
  readonly bytes: number;
  readonly gzipped: number;
}

/** @param names what is imported; all there is by default */
export async function bundleSize({ dir }: Published, names?: string): Promise<BundleSize> {
  const [what, used] = names === undefined ? ["* as all", "all"] : [`{ ${names} }`, names];
  const entry = JSON.stringify(`./${dir}/dist/index.js`);
  const { outputFiles } = await build({
    stdin: { contents: `import ${what} from ${entry};\nconsole.log(${used});`, resolveDir: REPO },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    external: ["node:*", ...builtinModules], // whether a page can run it is another question
    logLevel: "silent",
  });
  const contents = outputFiles[0]!.contents;
  return { bytes: contents.length, gzipped: gzipSync(contents).length };
}
