/** Light or dark: what the system says, or what the user chose. */
import { useEffect, useState } from "preact/hooks";
import { useStore } from "../store/context.ts";
import type { Store, Theme } from "../store/store.ts";

const KEY = "forkpath-theme";
const QUERY = "(prefers-color-scheme: dark)";

const systemTheme = (): Theme => (matchMedia(QUERY).matches ? "dark" : "light");

/** @returns what was remembered; null where nothing was, or storage is closed */
export function rememberedTheme(): Theme | null {
  try {
    const text = localStorage.getItem(KEY);
    return text === "light" || text === "dark" ? text : null;
  } catch {
    return null;
  }
}

export function chooseTheme(store: Store, theme: Theme): void {
  store.theme.value = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A page without storage forgets it: nothing else depends on it.
  }
}

/** The theme that holds now; a component that asks is drawn again when it changes. */
export function useTheme(): Theme {
  const store = useStore();
  const [system, setSystem] = useState(systemTheme);
  useEffect(() => {
    const query = matchMedia(QUERY);
    const hear = (): void => setSystem(systemTheme());
    query.addEventListener("change", hear);
    return () => query.removeEventListener("change", hear);
  }, []);
  return store.theme.value ?? system;
}
