/**
 * VitePress's search dialog as a reader aloud wants it; its own has it the wrong way round.
 *
 *     its own    div role=button > input, li role=option > a        nothing in a button, or in an
 *     here       div role=dialog > input role=combobox,             option, may take the focus
 *                li role=presentation > a role=option
 *
 * A result is called by what stands in it, not by a label that says it otherwise.
 */

const DIALOG = "VPLocalSearchBox.vue";

/** What stands in the template, and what takes its place. */
const CHANGES: readonly (readonly [before: RegExp, after: string])[] = [
  [
    /role="button"\s+:aria-owns="[^"]*"\s+aria-expanded="true"\s+aria-haspopup="listbox"/,
    'role="dialog" aria-modal="true"',
  ],
  [
    /(?=aria-autocomplete="both")/,
    `role="combobox" aria-haspopup="listbox" :aria-expanded="results?.length ? 'true' : 'false'" `,
  ],
  [
    /:id="('localsearch-item-' \+ index)"\s+(:aria-selected="[^"]*")\s+role="option"\s*>\s*<a/,
    'role="presentation"><a :id="$1" $2 role="option"',
  ],
  [/:aria-label="\[\.\.\.p\.titles, p\.title\][^"]*"/, ""],
  [/(?<=class="title-icon")/, ' aria-hidden="true"'],
  [/<kbd (?=:aria-label)/g, '<kbd role="img" '],
];

/** @throws Error when a new VitePress has other words there */
function mendSearchDialog(source: string): string {
  return CHANGES.reduce((text, [before, after]) => {
    const mended = text.replace(before, after);
    if (mended === text) throw new Error(`${DIALOG} has nothing like ${before} any more`);
    return mended;
  }, source);
}

/** For Vite, before Vue compiles the template. */
export const searchDialog = {
  name: "search-dialog",
  enforce: "pre",
  transform: (code: string, id: string): string | undefined =>
    id.endsWith(DIALOG) ? mendSearchDialog(code) : undefined,
} as const;
