/** What the search shows first: pages that explain, before those that define each single thing. */

/**
 * How much a section counts, by the address of its page. It is sent to the page as text, so it
 * names nothing outside of itself.
 */
export const boostDocument = (address: string): number => {
  const path = address.split("#")[0]!;
  if (/\/docs\/(?:readers|style|mutation|decisions)/.test(path)) return 0.3;
  if (/\/reference\//.test(path)) return 0.5;
  return /\/docs\/[a-z]+\.html|\/$/.test(path) ? 1.5 : 1;
};
