/** How VitePress builds the site: search without a server, light and dark, nothing from outside. */
import { existsSync } from "node:fs";
import { type DefaultTheme, defineConfig, type UserConfig } from "vitepress";
import { slugOf, useCorners, useLinks } from "../src/links.ts";
import { PLAYGROUND, repositoryPage } from "../src/places.ts";
import { boostDocument } from "../src/search.ts";
import { searchDialog } from "../src/search-dialog.ts";
import { makeSidebar } from "../src/sidebar.ts";

const playground: DefaultTheme.NavItem[] = existsSync(PLAYGROUND)
  ? [{ text: "Playground", link: "/playground/index.html", target: "_self" }]
  : [];

const config: UserConfig<DefaultTheme.Config> = defineConfig({
  title: "forkpath",
  description: "An executable model of the memory side of fork in Linux",
  base: process.env.FORKPATH_SITE_BASE ?? "/",
  srcDir: ".gathered",
  cacheDir: "node_modules/.vitepress",
  outDir: "dist",
  // The playground is copied in after the build.
  ignoreDeadLinks: [/^\/playground\//],
  markdown: {
    anchor: { slugify: slugOf },
    config(markdown) {
      useLinks(markdown);
      useCorners(markdown);
    },
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
  },
  vite: { plugins: [searchDialog] },
  themeConfig: {
    nav: [
      { text: "Tour", link: "/docs/tour" },
      { text: "Operators", link: "/docs/operators" },
      { text: "Documents", link: "/docs/" },
      { text: "Reference", link: "/reference/" },
      ...playground,
      { text: "Repository", link: repositoryPage() },
    ],
    sidebar: makeSidebar(),
    outline: [2, 3],
    search: { provider: "local", options: { miniSearch: { searchOptions: { boostDocument } } } },
  },
});
export default config;
