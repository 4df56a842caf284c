/** Texts that running kernels printed: the samples of the specification, and captures of forks. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const SAMPLES = fileURLToPath(new URL("../../../docs/spec-linux6/samples/", import.meta.url));
const CAPTURES = fileURLToPath(new URL("captures/", import.meta.url));

export const PROGRAMS = ["nginx", "php-fpm", "redis", "sshd"] as const;
export const MOMENTS = ["pre", "parent", "child"] as const;

/** Names of samples that end so: `demo.child.smaps` for `.smaps`. */
export const samplesOf = (ending: string): string[] =>
  readdirSync(SAMPLES).filter((name) => name.endsWith(ending));

export const sample = (name: string): Uint8Array => readFileSync(`${SAMPLES}${name}`);

export const captured = (program: string, moment: string, name: string): Uint8Array =>
  readFileSync(`${CAPTURES}${program}/${moment}/${name}`);

/** Every text of one kind: `smaps`. */
export function textsOf(name: string): { readonly from: string; readonly bytes: Uint8Array }[] {
  const samples = samplesOf(name.startsWith(".") ? name : `.${name}`).map((from) => ({
    from,
    bytes: sample(from),
  }));
  const captures = PROGRAMS.flatMap((program) =>
    MOMENTS.map((moment) => ({
      from: `${program}/${moment}`,
      bytes: captured(program, moment, name),
    })),
  );
  return [...samples, ...captures];
}
