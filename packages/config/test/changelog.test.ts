/** Lines of changelogs lead to commits. */
import { expect, test } from "vitest";
import changelog from "../publish/changelog.ts";

const AT = { repository: "https://example.org/repo" };
const COMMIT = "0bac87941ac1c46116ff19c48c5e6588a0dc54e1";

test("a line leads to the commit that brought it", () => {
  const changeset = { summary: "A word.\nAnd another.\n", commit: COMMIT };
  expect(changelog.getReleaseLine(changeset, "patch", AT)).toBe(
    `- A word.\n  And another. ([0bac879](https://example.org/repo/commit/${COMMIT}))`,
  );
});

test("before there is one, it is the text alone", () => {
  expect(changelog.getReleaseLine({ summary: "A word." }, "patch", AT)).toBe("- A word.");
});

test("packages whose new version is taken are one line, and none where there are none", () => {
  const updated = ["@forkpath/abi", "@forkpath/sync"].map((name) => ({
    name,
    newVersion: "0.2.1",
  }));
  expect(changelog.getDependencyReleaseLine([], updated)).toBe(
    "- Takes @forkpath/abi@0.2.1, @forkpath/sync@0.2.1",
  );
  expect(changelog.getDependencyReleaseLine([], [])).toBe("");
});
