/** Every key, from the table that binds them. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { KEYS, MAP_KEYS } from "./keys.ts";
import { useStore } from "./store/context.ts";

export function Help(): JSX.Element {
  const { isHelping } = useStore();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const rows = [
    ...KEYS.map(({ keys, shown, does }) => [shown ?? keys.join(" "), does] as const),
    ...MAP_KEYS,
  ];
  return (
    <dialog
      ref={dialog}
      class="help"
      aria-labelledby="help-title"
      onClose={() => {
        isHelping.value = false;
      }}
    >
      <form method="dialog" class="help-head">
        <h2 id="help-title">Keys</h2>
        <button type="submit">
          Close <kbd>Esc</kbd>
        </button>
      </form>
      <dl>
        {rows.map(([keys, does]) => (
          <div key={does}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
