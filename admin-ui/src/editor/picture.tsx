import { Button, Group, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { useWords } from "../words/words";
import type { Part } from "./editor";
import classes from "./editor.module.css";
import { Pictures } from "./library";
import { editorWords } from "./words";

/** The picture at the top of the post: which, what it shows, what stands under it. */
export function Picture({ writing, view, open }: Part) {
  const say = useWords(editorWords);
  const now = view.fields.feature_image;
  const [url, setURL] = useState(now?.url ?? "");
  const [alt, setAlt] = useState(now?.alt ?? "");
  const [caption, setCaption] = useState(now?.caption ?? "");
  const use = () => {
    writing.change({ feature_image: url.trim() ? { url: url.trim(), alt: alt.trim(), caption: caption.trim() } : null });
    open(null);
  };
  return (
    <Modal opened onClose={() => open(null)} title={say.pictureTitle} closeButtonProps={{ "aria-label": say.close }} size={760} zIndex={160}>
      <form className={classes["stack"]} onSubmit={(event) => { event.preventDefault(); use(); }}>
        {url && <img className={classes["shown"]} src={url} alt="" />}
        <TextInput size="md" label={say.pictureURL} placeholder="https://" value={url} error={view.errors["feature_image.url"]} onChange={(event) => setURL(event.currentTarget.value)} />
        {url && (
          <>
            <TextInput size="md" label={say.alt} description={say.altHint} maxLength={500} value={alt} error={view.errors["feature_image.alt"]} data-autofocus onChange={(event) => setAlt(event.currentTarget.value)} />
            <TextInput size="md" label={say.caption} maxLength={500} value={caption} error={view.errors["feature_image.caption"]} onChange={(event) => setCaption(event.currentTarget.value)} />
          </>
        )}
        <Group justify="flex-end" gap="sm">
          {now && <Button variant="default" onClick={() => { writing.change({ feature_image: null }); open(null); }}>{say.removePicture}</Button>}
          <Button type="submit" disabled={!url.trim()}>{say.usePicture}</Button>
        </Group>
      </form>
      <h2 className={classes["small"]}>{say.library}</h2>
      <Pictures onChoose={(picture) => { setURL(picture.url); setAlt(picture.alt); }} />
    </Modal>
  );
}
