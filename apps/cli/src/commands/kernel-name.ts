/**
 * The release of the kernel that a user means: a name such as `v6.1`, or what `uname -r` prints.
 *
 *     6.1, 6.1.0-13-amd64              v6.1
 *     2.6.32-754.el6.x86_64            el6
 *     5.14.0-362.el9.x86_64            none: RHEL 9 is not modelled; did you mean v5.14?
 *     6.8                              none: its neighbours are v6.1 and v6.12
 */
import { KERNELS, type KernelName, kernelOfRelease, releaseNumber } from "@forkpath/abi";
import { nearestWord } from "@forkpath/scenario/internal";
import { InvalidArgumentError } from "commander";

/** `KERNELS` without those of distributions. */
const UPSTREAM = KERNELS.filter((name) => name.startsWith("v"));
/** What people call `el7` or `rhel6`, by the number in it. */
const BY_RHEL: Readonly<Record<string, KernelName>> = { 6: "el6", 7: "rhel7", 8: "rhel8" };

/** @throws InvalidArgumentError for one that is not modelled, with what is near */
export function kernelNamed(text: string): KernelName {
  const found = KERNELS.find((name) => name === text) ?? releaseMeant(text);
  if (found === undefined) throw new InvalidArgumentError(helpOn(text));
  return found;
}

/** @returns undefined where the nearest of KERNELS is another release */
export function releaseMeant(text: string): KernelName | undefined {
  const release = withoutV(text);
  const stands = isRelease(release) ? kernelOfRelease(release) : undefined;
  if (stands === undefined || !stands.startsWith("v")) return stands;
  return releaseNumber(stands) === releaseNumber(release) && !isOfRhel(release)
    ? stands
    : undefined;
}

function helpOn(text: string): string {
  const release = withoutV(text);
  if (isRelease(release)) return nearTo(release);
  const [, rhel] = /^(?:rh|cent)?(?:el|os)-?(\d+)$/i.exec(text) ?? [];
  const meant = rhel === undefined ? nearestWord(text, KERNELS) : BY_RHEL[rhel];
  const hint = meant === undefined ? "" : `Did you mean ${meant}? `;
  return `${hint}Allowed choices are ${KERNELS.join(", ")}.`;
}

/** Of a release that is not modelled. */
function nearTo(release: string): string {
  const number = releaseNumber(release);
  if (release.startsWith("2.6.32")) return "Only RHEL's 2.6.32 is modelled: did you mean el6?";
  if (isOfRhel(release)) {
    const near = kernelOfRelease(release);
    const meant = near === undefined ? "" : `; did you mean ${near}?`;
    return `RHEL's own kernel of it is not modelled${meant}`;
  }
  const older = UPSTREAM.findLast((name) => releaseNumber(name) < number) ?? KERNELS[0];
  const younger = UPSTREAM.find((name) => releaseNumber(name) > number);
  if (number < releaseNumber(KERNELS[0])) return `Not modelled; the oldest is ${KERNELS[0]}.`;
  if (younger === undefined) return `Not modelled; the newest is ${older}.`;
  const same = number === releaseNumber("rhel8") ? "; of RHEL it is rhel8" : "";
  return `Not modelled; its neighbours are ${older} and ${younger}${same}.`;
}

const withoutV = (text: string): string => text.replace(/^v(?=\d)/i, "");
const isRelease = (text: string): boolean => /^\d{1,3}\.\d{1,4}(?:$|[.+_-])/.test(text);
/** ELRepo packs upstream kernels for RHEL. */
const isOfRhel = (release: string): boolean => /\.el\d+/.test(release) && !/elrepo/.test(release);
