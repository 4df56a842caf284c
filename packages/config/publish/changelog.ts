/**
 * How a changeset becomes a line of a changelog: with a link to the commit that brought it.
 * Changesets calls it, by `.changeset/config.json`. The commit stands in git: no network is asked.
 */

/** What changesets hands over of one. */
interface Changeset {
  readonly summary: string;
  /** That added its file; undefined before it is committed. */
  readonly commit?: string | undefined;
}

interface Release {
  readonly name: string;
  readonly newVersion: string;
}

interface Options {
  /** Address of the repository. */
  readonly repository: string;
}

interface ChangelogFunctions {
  getReleaseLine(changeset: Changeset, bump: string, options: Options): string;
  getDependencyReleaseLine(changesets: readonly Changeset[], updated: readonly Release[]): string;
}

const SHORT = 7; // digits of a commit that people read

const changelog: ChangelogFunctions = {
  getReleaseLine({ summary, commit }, _bump, { repository }) {
    const text = summary.trim().replace(/\n(?=.)/g, "\n  ");
    if (commit === undefined) return `- ${text}`;
    return `- ${text} ([${commit.slice(0, SHORT)}](${repository}/commit/${commit}))`;
  },
  /** One line for all packages whose new version it takes. */
  getDependencyReleaseLine: (_changesets, updated) =>
    updated.length === 0
      ? ""
      : `- Takes ${updated.map(({ name, newVersion }) => `${name}@${newVersion}`).join(", ")}`,
};
export default changelog;
