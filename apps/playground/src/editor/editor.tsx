/** The history as a text: run a moment after the last key, with the parser's own words. */
import { autocompletion, type CompletionContext, completionKeymap } from "@codemirror/autocomplete";
import {
  defaultKeymap,
  historyKeymap,
  indentWithTab,
  history as undoHistory,
} from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Text } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import scenarioSchema from "@forkpath/scenario/schema.json";
import { tags } from "@lezer/highlight";
import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useStore } from "../store/context.ts";
import type { Store } from "../store/store.ts";
import { type Schema, suggest } from "./complete.ts";
import { placeAt } from "./context.ts";
import "./editor.css";

const WAIT = 250; // ms after the last key
const SCHEMA = scenarioSchema as unknown as Schema;

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--accent)" },
  { tag: tags.definition(tags.propertyName), color: "var(--accent)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.string, tags.content], color: "var(--text)" },
]);

function complete(context: CompletionContext) {
  const { state, pos, explicit } = context;
  const place = placeAt(state.doc.toString(), pos);
  if (!explicit && place.typed === "") return null;
  const options = suggest(SCHEMA, place).map(({ text, detail }) => ({
    label: text,
    info: detail,
    apply: place.kind === "key" ? `${text}: ` : text,
  }));
  return options.length === 0 ? null : { from: place.from, options, validFor: /^[\w-]*$/ };
}

export default function Editor(): JSX.Element {
  const store = useStore();
  const { history, isEditing } = store;
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  useEffect(() => {
    if (box.current === null) return;
    const made = createView(store, box.current);
    view.current = made;
    made.focus();
    return () => made.destroy();
  }, []);
  useSignalEffect(() => {
    const problems = history.problems.value;
    const { current } = view;
    if (current === null) return;
    const told = problems.map((problem) => diagnosticOf(current.state.doc, problem));
    current.dispatch(setDiagnostics(current.state, told));
  });
  const problems = history.problems.value;
  return (
    <section class="editor" aria-label="the history as a text">
      <div class="editor-head">
        <h2>Edit</h2>
        <button
          type="button"
          onClick={() => {
            isEditing.value = false;
          }}
        >
          Close <kbd>Esc</kbd>
        </button>
      </div>
      <div ref={box} class="editor-box" />
      {problems.length === 0 ? null : (
        <ul class="editor-problems" aria-live="polite">
          {problems.map(({ line, column, message }) => (
            <li key={`${line} ${column} ${message}`}>
              <b>line {line}</b>: {message}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function createView({ history, isEditing }: Store, parent: HTMLElement): EditorView {
  const pending = { timer: 0 };
  const hear = EditorView.updateListener.of(({ docChanged, state }) => {
    if (!docChanged) return;
    clearTimeout(pending.timer);
    pending.timer = window.setTimeout(() => void history.edit(state.doc.toString()), WAIT);
  });
  const close = {
    key: "Escape",
    run: () => {
      isEditing.value = false;
      return true;
    },
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: history.text.value,
      extensions: [
        lineNumbers(),
        undoHistory(),
        yaml(),
        syntaxHighlighting(COLOURS),
        lintGutter(),
        autocompletion({ override: [complete] }),
        keymap.of([...completionKeymap, close, indentWithTab, ...historyKeymap, ...defaultKeymap]),
        EditorView.contentAttributes.of({ "aria-label": "history, YAML" }),
        EditorView.lineWrapping,
        hear,
      ],
    }),
  });
  view.scrollDOM.tabIndex = 0; // what scrolls has to be reached by keys
  return view;
}

interface Position {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** From where the problem is to the end of its line. */
function diagnosticOf(doc: Text, { line, column, message }: Position): Diagnostic {
  const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines));
  return { from: Math.min(from + Math.max(0, column - 1), to), to, severity: "error", message };
}
