import { useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import tokens from "../../tokens.css?inline";
import { nonce, seal } from "../app/trusted";
import css from "./sealed.css?inline";

/** Shows HTML that the server has made of somebody's text, as readers would see it, in a frame in which nothing runs and nothing leads out of it. */
export function Sealed({ html, title, className }: { html: string; title: string; className?: string | undefined }) {
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false }); // right at once: a frame that gets another text while it loads its first stays empty
  const page = useMemo(
    () => `${seal}<html data-mantine-color-scheme="${scheme}"><meta charset="utf-8"><title></title><style nonce="${nonce}">${tokens}${css}</style><body>${html.replace(/<iframe\b[^>]*>[\s\S]*?<\/iframe>/gi, '<p class="frame">▶</p>')}`,
    [html, scheme],
  );
  return <iframe className={className} sandbox="" srcDoc={page} title={title} />;
}
