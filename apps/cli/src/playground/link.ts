/**
 * Links to the playground, as its own page makes them: everything is behind the `#`.
 *
 *     #v1/history/first-fork?step=2&kernel=v6.18
 *     #v1/history/~DATA                              the text itself, deflated, in base64url
 *     #v1/race/d01-exec-arguments+everywhere@v1:a85b14
 */
import { deflateRawSync } from "node:zlib";
import { withoutSchemaLine } from "@forkpath/scenario/examples";

const VERSION = "v1";

/** What the page knows by a name; null for a text that it does not have. */
export interface Linked {
  readonly name: string | null;
  readonly text: string;
}

/** Signs that a part of the page's links has as they are. */
const PLAIN = /%(?:2C|2F|3A|40|7E|2B)/g;
const encode = (text: string): string =>
  encodeURIComponent(text).replace(PLAIN, (code) => decodeURIComponent(code));

const sourceOf = ({ name, text }: Linked): string =>
  name === null
    ? `~${deflateRawSync(withoutSchemaLine(text)).toString("base64url")}`
    : encode(name);

/** @param kernel the release that it is run on, where that is not what the text says */
export const historyLink = (linked: Linked, kernel?: string): string =>
  `#${VERSION}/history/${sourceOf(linked)}${kernel === undefined ? "" : `?kernel=${kernel}`}`;

/**
 * @param variant what stands behind the name: `+cured+everywhere`
 * @param schedule null for none
 */
export const raceLink = (linked: Linked, variant: string, schedule: string | null): string =>
  `#${VERSION}/race/${sourceOf(linked)}${variant}${schedule === null ? "" : `@${schedule}`}`;

/** How to use one: there is no page that everybody has. */
export const LINK_HELP =
  "forkpath playground LINK opens it; or put it behind the address of any playground";
