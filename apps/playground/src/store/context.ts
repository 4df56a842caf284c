/** The store, for every component. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Store } from "./store.ts";

const StoreContext = createContext<Store | null>(null);

export const StoreProvider = StoreContext.Provider;

/** @throws TypeError outside of the page */
export function useStore(): Store {
  const store = useContext(StoreContext);
  if (store === null) throw new TypeError("useStore: there is no store around this component");
  return store;
}
