/** VitePress's own theme in the system's fonts, with colors that stand out enough everywhere. */
import type { Theme } from "vitepress";
import theme from "vitepress/theme-without-fonts";
import "./contrast.css";

const own: Theme = theme;
export default own;
