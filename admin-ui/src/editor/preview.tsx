import { Button, Group, Modal, SegmentedControl } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { api, ask, type Schemas } from "../api/client";
import { Sealed } from "../parts/sealed";
import { Shapes, sentence, Trouble } from "../parts/states";
import { toast } from "../parts/toasts";
import { useWords } from "../words/words";
import { useRendered } from "./data";
import type { Part } from "./editor";
import classes from "./editor.module.css";
import type { Fields } from "./fields";
import { editorWords } from "./words";
import { dayAndTime } from "./zone";

/** How the text reads, and links that show the post to others before it is published. */
export function Preview({ writing, view, zone, open }: Part) {
  const say = useWords(editorWords);
  const small = useMediaQuery("(max-width: 47.99em)", false, { getInitialValueInEffect: false });
  const [width, setWidth] = useState("wide");
  const [link, setLink] = useState<Schemas["PreviewLink"] | null>(null);
  const rendered = useRendered(view.fields.source, view.fields.format);
  const path = { params: { path: { id: view.id ?? "" } } };
  const make = async () => {
    try {
      await writing.saveNow(); // the link shows what is saved
      setLink((await ask(api.POST("/api/v1/admin/posts/{id}/preview", path))).data);
    } catch (error) {
      toast({ text: sentence(error), tone: "trouble" });
    }
  };
  const revoke = async () => {
    try {
      await ask(api.DELETE("/api/v1/admin/posts/{id}/preview", path));
      setLink(null);
      toast({ text: say.revoked });
    } catch (error) {
      toast({ text: sentence(error), tone: "trouble" });
    }
  };
  return (
    <Modal opened onClose={() => open(null)} title={say.previewTitle} closeButtonProps={{ "aria-label": say.close }} fullScreen={small} size={980} zIndex={160}>
      <div className={classes["stack"]}>
        {view.id && (
          <div className={classes["links"]}>
            <div><h2 className={classes["small"]}>{say.link}</h2><p className={classes["hint"]}>{link ? say.until(dayAndTime(link.expires_at, zone)) : say.linkText}</p></div>
            {link && <input className={classes["input"]} readOnly aria-label={say.link} value={link.url} onFocus={(event) => event.currentTarget.select()} />}
            <Group gap="xs">
              {!link && <Button variant="default" onClick={() => void make()}>{say.makeLink}</Button>}
              {link && <Button variant="default" onClick={() => void navigator.clipboard.writeText(link.url).then(() => toast({ text: say.copied }))}>{say.copy}</Button>}
              {link && <Button variant="default" component="a" href={link.url} target="_blank" rel="noopener">{say.openLink}</Button>}
              <Button variant="subtle" color="gray" onClick={() => void revoke()}>{say.revoke}</Button>
            </Group>
          </div>
        )}
        {!small && <SegmentedControl w="max-content" aria-label={say.previewOf} value={width} onChange={setWidth} data={[{ value: "wide", label: say.wide }, { value: "narrow", label: say.narrow }]} />}
        {rendered.error && <Trouble error={rendered.error} again={() => void rendered.refetch()} />}
        {!rendered.data && !rendered.error && <Shapes lines={6} />}
        {rendered.data && <div className={classes["sheetOfPaper"]} data-width={width}><Sealed title={say.previewOf} html={withHead(view.fields, say.untitled, rendered.data.html)} /></div>}
      </div>
    </Modal>
  );
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** The text below what stands at its top. */
function withHead(fields: Fields, untitled: string, html: string): string {
  const picture = fields.feature_image;
  return `<h1>${escaped(fields.title || untitled)}</h1>${picture ? `<p><img src="${escaped(picture.url)}" alt="${escaped(picture.alt)}"></p>` : ""}${html}`;
}
