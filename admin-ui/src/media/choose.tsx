// The library as a dialog, for whoever needs a picture: the editor, the settings, a profile.
import { Button, Modal, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue, useMediaQuery } from "@mantine/hooks";
import { IconArrowLeft, IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Empty, sentence } from "../parts/states";
import { toast } from "../parts/toasts";
import { useWords } from "../words/words";
import { changeMedia, srcSet, type Media } from "./data";
import { FileButton, FilesFromAnywhere } from "./files";
import { Grid } from "./grid";
import { UploadList } from "./list";
import classes from "./media.module.css";
import { uploads, useUploads } from "./uploads";
import { mediaWords } from "./words";

export { uploadImage, whyNotSent, type Media } from "./data";

/**
 * Asks for a picture of the library, or a new one, and for its description: `chooseImage()` resolves to it, or to null if none was chosen. `chooser` has
 * to be rendered. The description of the answer is what was written in the dialog; it is kept with the picture if that had none.
 */
export function useImageChooser(): { chooseImage(): Promise<Media | null>; chooser: ReactNode } {
  const [asked, setAsked] = useState<{ answer(media: Media | null): void } | null>(null);
  const done = (media: Media | null) => {
    asked?.answer(media);
    setAsked(null);
  };
  return {
    chooseImage: () => new Promise((answer) => setAsked({ answer })),
    chooser: asked && <ImageChooser onChoose={done} onClose={() => done(null)} />,
  };
}

/** The dialog of [useImageChooser]. */
export function ImageChooser({ onChoose, onClose }: { onChoose(media: Media): void; onClose(): void }) {
  const say = useWords(mediaWords);
  const phone = useMediaQuery("(max-width: 47.99em)", false, { getInitialValueInEffect: false }) ?? false;
  const [chosen, setChosen] = useState<Media | null>(null);
  return (
    <Modal opened onClose={onClose} title={say.chooseTitle} closeButtonProps={{ "aria-label": say.close }} size={880} fullScreen={phone} zIndex={170}>
      {chosen ? <Described media={chosen} onBack={() => setChosen(null)} onUse={onChoose} /> : <Pictures onChoose={setChosen} />}
    </Modal>
  );
}

function Pictures({ onChoose }: { onChoose(media: Media): void }) {
  const say = useWords(mediaWords);
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed.trim(), 250);
  const added = useRef<number[]>([]);
  const all = useUploads();
  useEffect(() => uploads.clear(), []);
  // Who uploads one picture means that one; of several she chooses.
  const only = added.current.length === 1 ? all.find(({ id }) => id === added.current[0])?.media : undefined;
  useEffect(() => {
    if (only) onChoose(only);
  }, [only]);
  const add = (files: File[]) => {
    added.current = [...added.current, ...uploads.add(files)];
  };
  return (
    <div className={classes["choose"]}>
      <div className={classes["bar"]}>
        <TextInput
          size="md" type="search" aria-label={say.search} placeholder={say.search} leftSection={<IconSearch size={18} stroke={1.75} aria-hidden="true" />} value={typed} maxLength={200} data-autofocus
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <FileButton plain onFiles={add}>{say.upload}</FileButton>
      </div>
      <UploadList next={(media) => <Button variant="default" size="xs" onClick={() => onChoose(media)}>{say.useIt}</Button>} />
      <Grid
        filter={{ q }} tile={(media, content) => <button type="button" className={classes["tile"]} aria-label={say.choose(media.alt || media.name)} onClick={() => onChoose(media)}>{content}</button>}
        empty={q ? <Empty title={say.nothing(q)} /> : <Empty title={say.emptyTitle}><p>{say.emptyText}</p></Empty>}
      />
      <FilesFromAnywhere onFiles={add} />
    </div>
  );
}

function Described({ media, onBack, onUse }: { media: Media; onBack(): void; onUse(media: Media): void }) {
  const say = useWords(mediaWords);
  const [alt, setAlt] = useState(media.alt);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const use = () => {
    const written = alt.trim();
    if (media.alt === "" && written) changeMedia(media.id, { alt: written }).catch((error: unknown) => toast({ text: sentence(error), tone: "trouble" }));
    uploads.clear();
    onUse({ ...media, alt: written });
  };
  return (
    <form
      className={classes["described"]}
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation(); // the dialog may lie inside of another form
        use();
      }}
    >
      <img src={media.url} srcSet={srcSet(media)} sizes="(max-width: 47.99em) 100vw, 50rem" width={media.width} height={media.height} alt="" />
      <Textarea ref={field} size="md" label={say.alt} description={`${say.altHint} ${say.decorative}`} value={alt} maxLength={500} autosize minRows={2} maxRows={6} onChange={({ currentTarget }) => setAlt(currentTarget.value)} />
      <div className={classes["row"]}>
        <Button type="submit">{alt.trim() ? say.useIt : say.useWithout}</Button>
        <Button variant="subtle" leftSection={<IconArrowLeft size={18} stroke={1.75} aria-hidden="true" />} onClick={onBack}>{say.back}</Button>
      </div>
    </form>
  );
}
