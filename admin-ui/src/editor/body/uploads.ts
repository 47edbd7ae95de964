// Holds the place of pictures that are on their way to the server, whatever is written around them meanwhile.
import { Extension } from "@tiptap/core";
import { Plugin, PluginKey, type EditorState } from "@tiptap/pm/state";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import classes from "./body.module.css";

type Step = { add: { id: object; at: number; label: string } } | { remove: object };

const key = new PluginKey<DecorationSet>("uploads");

export const Uploads = Extension.create({
  name: "uploads",
  addProseMirrorPlugins: () => [
    new Plugin<DecorationSet>({
      key,
      state: {
        init: () => DecorationSet.empty,
        apply(tr, before) {
          const places = before.map(tr.mapping, tr.doc);
          const step = tr.getMeta(key) as Step | undefined;
          if (!step) return places;
          if ("remove" in step) return places.remove(places.find(undefined, undefined, ({ id }) => id === step.remove));
          const { id, at, label } = step.add;
          return places.add(tr.doc, [Decoration.widget(at, () => placeholder(label), { id, side: -1 })]);
        },
      },
      props: { decorations: (state) => key.getState(state) },
    }),
  ],
});

function placeholder(label: string): HTMLElement {
  const place = document.createElement("span");
  place.className = classes["uploading"] ?? "";
  place.setAttribute("role", "status");
  place.textContent = label;
  return place;
}

const find = (state: EditorState, id: object): number | undefined => key.getState(state)?.find(undefined, undefined, (spec) => spec.id === id)[0]?.from;

/** Begins to hold a place; gives where it is now, and what ends it. */
export function hold(view: EditorView, at: number, label: string): { where(): number | undefined; end(): void } {
  const id = {};
  view.dispatch(view.state.tr.setMeta(key, { add: { id, at, label } } satisfies Step).setMeta("addToHistory", false));
  return {
    where: () => find(view.state, id),
    end: () => {
      if (!view.isDestroyed) view.dispatch(view.state.tr.setMeta(key, { remove: id } satisfies Step).setMeta("addToHistory", false));
    },
  };
}
