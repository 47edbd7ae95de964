import type { NodeViewRenderer } from "@tiptap/core";
import { wordsOf } from "../../words/words";
import classes from "./body.module.css";
import { bodyWords } from "./words";

/** Shows a picture, and beside one that nobody has described a quiet reminder to do so. */
export const pictureView: NodeViewRenderer = ({ node, editor, getPos }) => {
  const dom = document.createElement("span");
  dom.className = classes["picture"] ?? "";
  const img = document.createElement("img");
  const reminder = document.createElement("button");
  reminder.type = "button";
  reminder.contentEditable = "false";
  reminder.textContent = wordsOf(bodyWords).describe;
  const choose = () => {
    const pos = getPos();
    if (pos !== undefined) editor.commands.setNodeSelection(pos);
  };
  reminder.addEventListener("mousedown", (event) => event.preventDefault());
  reminder.addEventListener("click", () => {
    choose();
    requestAnimationFrame(() => document.querySelector<HTMLInputElement>("[data-alt]")?.focus());
  });
  const show = (attrs: Record<string, unknown>) => {
    const src = String(attrs["src"] ?? "");
    if (img.getAttribute("src") !== src) img.setAttribute("src", src);
    img.alt = String(attrs["alt"] ?? "");
    if (attrs["title"]) img.title = String(attrs["title"]);
    else img.removeAttribute("title");
    const described = img.alt.trim() !== "";
    if (described) reminder.remove();
    else dom.append(reminder);
  };
  dom.append(img);
  show(node.attrs);
  return {
    dom,
    update(next) {
      if (next.type !== node.type) return false;
      show(next.attrs);
      return true;
    },
    stopEvent: (event) => event.target === reminder,
    ignoreMutation: () => true,
  };
};
