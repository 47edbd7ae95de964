import type { ReactNode } from "react";
import { useWords } from "../../words/words";
import { bodyWords } from "./words";

export type Format = "markdown" | "html";

export interface BodyProps {
  /** null: not saved yet. */
  postId: string | null;
  format: Format;
  /** As stored. A new value is taken over when `version` changes with it (restored, another version chosen). */
  source: string;
  version: number;
  /** Called on real edits only, never by opening: at most 250 ms after typing, at once when the text loses the focus. */
  onChange(source: string, format: Format): void;
  /** Uploads a picture. Without it pictures come by address only. */
  onImage?(file: File): Promise<{ url: string; alt: string; width?: number; height?: number }>;
  /** Lets a picture be chosen among those uploaded before. */
  onChooseImage?(): Promise<{ url: string; alt: string } | null>;
  readOnly?: boolean;
  /** Stands between the tools and the text: the title, the picture at the top. */
  children?: ReactNode;
}

/** The text of a post and the tools to write it. */
export function Body({ source, format, version, onChange, readOnly, children }: BodyProps): ReactNode {
  const say = useWords(bodyWords);
  return (
    <div>
      {children}
      <textarea key={version} aria-label={say.text} defaultValue={source} readOnly={readOnly} rows={20} onChange={({ currentTarget }) => onChange(currentTarget.value, format)} />
    </div>
  );
}

/** How many words a text has, roughly: what stands between white space and holds a letter or digit. */
export function countWords(source: string): number {
  return source.match(/\S*[\p{L}\p{N}]\S*/gu)?.length ?? 0;
}
