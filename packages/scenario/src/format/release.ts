/**
 * The release of the kernel that a text means which is none of KERNELS, or what is near it.
 *
 *     6.1, 6.1.0-13-amd64              v6.1
 *     2.6.32-754.el6.x86_64            el6
 *     5.14.0-362.el9.x86_64            none: RHEL 9 is not modelled; did you mean v5.14?
 *     6.8                              none: its neighbours are v6.1 and v6.12
 */
import {
  KERNELS,
  type KernelName,
  kernelOfRelease,
  kernelsIn,
  RANGE_FORMS,
  releaseNumber,
} from "@forkpath/abi";
import { nearestWord } from "./suggest.ts";

/** What schemas say that want a release, several, or one for a rule. */
export const RELEASE_WANTED: string = `one of ${KERNELS.join(", ")}`;
export const RANGES_WANTED: string = `releases such as ${RANGE_FORMS}, or a list of them`;
export const EXCHANGE_WANTED = "a release, or { cures: D1 }";

/** `KERNELS` without those of distributions. */
const UPSTREAM = KERNELS.filter((name) => name.startsWith("v"));
/** What people call `el7` or `rhel6`, by the number in it. */
const BY_RHEL: Readonly<Record<string, KernelName>> = { 6: "el6", 7: "rhel7", 8: "rhel8" };

/** @returns undefined where the nearest of KERNELS is another release */
export function releaseMeant(text: string): KernelName | undefined {
  const release = withoutV(text);
  const stands = isRelease(release) ? kernelOfRelease(release) : undefined;
  if (stands === undefined || !stands.startsWith("v")) return stands;
  return releaseNumber(stands) === releaseNumber(release) && !isOfRhel(release)
    ? stands
    : undefined;
}

/** The same range with the letters that `on:` wants: `v5.8+` for `5.8+`. None if it is empty. */
export function rangeMeant(text: string): string | undefined {
  const spelt = text.replace(/(^|\s|\.\.)(?=\d)/g, "$1v");
  return spelt !== text && kernelsIn(spelt)?.length ? spelt : undefined;
}

/** What may be told of a text that names no release: half a sentence, empty if nothing is near. */
export function helpOnRelease(text: string): string {
  const meant = releaseMeant(text);
  if (meant !== undefined) return didYouMean(meant);
  const release = withoutV(text);
  if (isRelease(release)) return nearTo(release);
  const [, rhel] = /^(?:rh|cent)?(?:el|os)-?(\d+)$/i.exec(text) ?? [];
  const near = rhel === undefined ? nearestWord(text, KERNELS) : BY_RHEL[rhel];
  return near === undefined ? "" : didYouMean(near);
}

/** What may be told of a text that is no range of releases. */
export function helpOnRange(text: string): string {
  const meant = rangeMeant(text);
  return meant === undefined ? helpOnRelease(text.replace(/^before |\+$/g, "")) : didYouMean(meant);
}

const didYouMean = (meant: string): string => `did you mean ${meant}?`;

/** Of a release that is not modelled. */
function nearTo(release: string): string {
  const number = releaseNumber(release);
  if (release.startsWith("2.6.32")) return "only RHEL's 2.6.32 is modelled: did you mean el6?";
  if (isOfRhel(release)) {
    const near = kernelOfRelease(release);
    return `RHEL's own kernel of it is not modelled${near === undefined ? "" : `; ${didYouMean(near)}`}`;
  }
  const older = UPSTREAM.findLast((name) => releaseNumber(name) < number) ?? KERNELS[0];
  const younger = UPSTREAM.find((name) => releaseNumber(name) > number);
  if (number < releaseNumber(KERNELS[0])) return `it is not modelled: the oldest is ${KERNELS[0]}`;
  if (younger === undefined) return `it is not modelled: the newest is ${older}`;
  const same = number === releaseNumber("rhel8") ? "; of RHEL it is rhel8" : "";
  return `it is not modelled: its neighbours are ${older} and ${younger}${same}`;
}

const withoutV = (text: string): string => text.replace(/^v(?=\d)/i, "");
const isRelease = (text: string): boolean => /^\d{1,3}\.\d{1,4}(?:$|[.+_-])/.test(text);
/** ELRepo packs upstream kernels for RHEL. */
const isOfRhel = (release: string): boolean => /\.el\d+/.test(release) && !/elrepo/.test(release);
