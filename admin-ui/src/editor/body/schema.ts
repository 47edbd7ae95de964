// What the rich view can hold: what Markdown can say, and no more. No underline, no colours, one paragraph to a cell.
import { Extension, getSchema, type AnyExtension, type NodeViewRenderer } from "@tiptap/core";
import { Code } from "@tiptap/extension-code";
import { Image } from "@tiptap/extension-image";
import { TaskItem, TaskList } from "@tiptap/extension-list";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import { StarterKit } from "@tiptap/starter-kit";

/** Whether the entries of a list stand close together, without paragraphs of their own. */
const Tightness = Extension.create({
  name: "tightness",
  addGlobalAttributes: () => [
    {
      types: ["bulletList", "orderedList", "taskList"],
      attributes: {
        tight: {
          default: true,
          parseHTML: (list) => !list.querySelector(":scope > li > p"),
          renderHTML: ({ tight }) => (tight === false ? { "data-loose": "" } : {}),
        },
      },
    },
    // How a bare address was written: <https://…>, https://…, or as a link like any other.
    { types: ["link"], attributes: { auto: { default: null, rendered: false } } },
  ],
});

const align = {
  default: null,
  parseHTML: (cell: HTMLElement) => /^(left|center|right)$/.exec(cell.getAttribute("align") ?? "")?.[0] ?? null,
  renderHTML: (attributes: Record<string, unknown>) => (attributes["align"] ? { align: attributes["align"] } : {}),
};

/** `picture` shows pictures; without it they are bare. */
export const extensionsWith = (picture?: NodeViewRenderer): AnyExtension[] => [
  StarterKit.configure({
    underline: false,
    trailingNode: false,
    heading: { levels: [1, 2, 3, 4, 5, 6] },
    code: false,
    link: { openOnClick: false, autolink: true, linkOnPaste: true, defaultProtocol: "https", HTMLAttributes: { target: null, rel: null } },
    dropcursor: { color: false, class: "drop-here" },
  }),
  Code.extend({ excludes: "" }), // bold code is both
  (picture ? Image.extend({ addNodeView: () => picture }) : Image).configure({ inline: true }),
  TaskList,
  TaskItem.configure({ nested: true }),
  Table.configure({ resizable: false }),
  TableRow,
  TableHeader.extend({ content: "paragraph", addAttributes() { return { ...this.parent?.(), align }; } }),
  TableCell.extend({ content: "paragraph", addAttributes() { return { ...this.parent?.(), align }; } }),
  Tightness,
];

export const schema = getSchema(extensionsWith());
