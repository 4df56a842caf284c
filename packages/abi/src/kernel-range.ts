/**
 * Some of the releases, in words: `v5.8+`, `before v5.4`, `v4.4..v5.10`, `rhel8`.
 *
 *    el6 ── v3.10 ── rhel7 ── v4.4 ── v4.14 ── rhel8 ── v5.4 ── …
 *    2.6.32 3.10     3.10+    4.4     4.14     4.18     5.4
 *
 * A release that is none of KERNELS is a place between two of them: `v5.8+` begins with v5.10. The
 * kernel of a distribution stands where the release stands that it was made from, whatever it has
 * taken over from later ones: so `v4.5+` has rhel8, and leaves rhel7 out.
 */
import { KERNELS, type KernelName } from "./rule.ts";

/** What a range looks like, for messages. */
export const RANGE_FORMS = "v5.8+, before v5.8, v4.4..v5.4 or rhel8";

const RELEASE = String.raw`(?:el6|rhel[78]|v\d{1,2}\.\d{1,3})`;
/**
 * What a range of releases looks like, whole; a release in it need be none of KERNELS.
 * @modelOnly the language of scenarios names releases
 */
export const RANGE_PATTERN: RegExp = new RegExp(
  `^(?:before ${RELEASE}|${RELEASE}(?:\\+|\\.\\.${RELEASE})?)$`,
);

/** The releases that distributions made theirs from, in thousandths: 4.18 is 4018. */
const MADE_FROM: Readonly<Record<string, number>> = { el6: 2006, rhel7: 3010, rhel8: 4018 };

/**
 * A release as a number that can be compared: 6018 of `v6.18` and of `6.18.44-generic`, 4018 of
 * `rhel8`; NaN of what is none.
 * @modelOnly input of the model
 */
export const releaseNumber = (name: string): number => {
  if (Object.hasOwn(MADE_FROM, name)) return MADE_FROM[name];
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(name) ?? [];
  return Number(major) * 1000 + Number(minor);
};

/** Kernels of distributions, whose numbers say too little: `4.18.0-553.el8_10.x86_64`. */
const DISTRIBUTIONS: readonly (readonly [RegExp, KernelName])[] = [
  [/^2\.6\.32.*el6/, "el6"],
  [/^3\.10\.0.*el7/, "rhel7"],
  [/^4\.18\.0.*el8/, "rhel8"],
];

/**
 * The one of KERNELS that stands for `uname -r`: the youngest that is not younger.
 * @returns undefined for what is no release, or older than all
 * @modelOnly input of the model
 */
export function kernelOfRelease(release: string): KernelName | undefined {
  const distribution = DISTRIBUTIONS.find(([pattern]) => pattern.test(release))?.[1];
  if (distribution !== undefined || !/^\d/.test(release)) return distribution;
  const number = releaseNumber(release);
  return KERNELS.findLast((name) => name.startsWith("v") && releaseNumber(name) <= number);
}

const isOnAxis = (name: string): name is KernelName =>
  (KERNELS as readonly string[]).includes(name);

/** Where a release stands: the index of the first of KERNELS that is not older. */
const placeOf = (name: string): number => {
  if (isOnAxis(name)) return KERNELS.indexOf(name);
  const found = KERNELS.findIndex((kernel) => releaseNumber(kernel) >= releaseNumber(name));
  return found < 0 ? KERNELS.length : found;
};

/** The index behind the last of KERNELS that is not younger. */
const endOf = (name: string): number => {
  if (isOnAxis(name)) return KERNELS.indexOf(name) + 1;
  return KERNELS.findLastIndex((kernel) => releaseNumber(kernel) <= releaseNumber(name)) + 1;
};

/**
 * Those of KERNELS that `text` means, in their order; none where it means others. A release without
 * more is that one alone.
 * @returns undefined for what is no such text
 * @modelOnly input of the model
 */
export function kernelsIn(text: string): readonly KernelName[] | undefined {
  if (!RANGE_PATTERN.test(text)) return undefined;
  if (text.startsWith("before ")) return KERNELS.slice(0, placeOf(text.slice("before ".length)));
  if (text.endsWith("+")) return KERNELS.slice(placeOf(text.slice(0, -1)));
  const [first, last] = text.split("..");
  if (last !== undefined) return KERNELS.slice(placeOf(first), endOf(last));
  return isOnAxis(first) ? [first] : [];
}
