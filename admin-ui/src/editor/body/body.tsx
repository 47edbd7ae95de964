import type { ReactNode } from "react";
import { useEffect, useState } from "react";

export interface BodyProps {
  postId: string | null;
  format: "markdown" | "html";
  source: string;
  /** Changes when source is to be taken over anew. */
  version: number;
  onChange(source: string, format: "markdown" | "html"): void;
  onImage?(file: File): Promise<{ url: string; alt: string; width?: number; height?: number }>;
  onChooseImage?(): Promise<{ url: string; alt: string } | null>;
  readOnly?: boolean;
  children?: ReactNode;
}

/** The text of a post. */
export function Body({ format, source, version, onChange, readOnly, children }: BodyProps): ReactNode {
  const [text, setText] = useState(source);
  useEffect(() => setText(source), [version]);
  return <div>{children}<textarea data-text aria-label="Text of the post" readOnly={readOnly} rows={20} value={text} onChange={(event) => { setText(event.currentTarget.value); onChange(event.currentTarget.value, format); }} /></div>;
}
