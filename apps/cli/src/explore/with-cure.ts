/** The name of a litmus on the machine that has its defect mended. */
import { CURED } from "@forkpath/explore";

export const withCure = (name: string, cured: boolean): string =>
  cured && !name.endsWith(CURED) ? `${name}${CURED}` : name;
