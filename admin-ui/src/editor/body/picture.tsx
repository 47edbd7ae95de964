import { Button, Group, Modal, TextInput } from "@mantine/core";
import { IconPhotoSearch, IconUpload } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { toast } from "../../parts/toasts";
import { sentence } from "../../parts/states";
import { useWords } from "../../words/words";
import classes from "./body.module.css";
import type { BodyProps } from "./body";
import { bodyWords } from "./words";

export interface Picture {
  url: string;
  alt: string;
}

/** The address as it is stored: pictures of this blog without its host, so that they move with it. */
export const storedAddress = (url: string): string => (url.startsWith(`${location.origin}/`) ? url.slice(location.origin.length) : url);

/** Asks for a picture: from this device, from the library, by its address; and how it is described. */
export function PictureDialog({ onFiles, onChooseImage, onChoose, onClose }: {
  onFiles?: ((files: File[]) => void) | undefined; onChooseImage: BodyProps["onChooseImage"]; onChoose(picture: Picture): void; onClose(): void;
}) {
  const say = useWords(bodyWords);
  const input = useRef<HTMLInputElement>(null);
  const [url, setUrl] = useState("");
  const [alt, setAlt] = useState("");
  const choose = async () => {
    try {
      const picture = await onChooseImage?.();
      if (picture) onChoose(picture);
    } catch (error) {
      toast({ text: sentence(error), tone: "trouble" });
    }
  };
  return (
    <Modal opened onClose={onClose} title={say.picture} zIndex={160} closeButtonProps={{ "aria-label": say.close }} returnFocus={false}>
      <form
        className={classes["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          if (url.trim()) onChoose({ url: url.trim(), alt: alt.trim() });
        }}
      >
        {(onFiles || onChooseImage) && (
          <Group>
            {onFiles && (
              <>
                <Button variant="default" leftSection={<IconUpload size={18} stroke={1.75} aria-hidden="true" />} onClick={() => input.current?.click()}>{say.fromDevice}</Button>
                <input
                  ref={input} type="file" accept="image/*" multiple hidden aria-label={say.fromDevice}
                  onChange={({ currentTarget }) => currentTarget.files && onFiles([...currentTarget.files])}
                />
              </>
            )}
            {onChooseImage && (
              <Button variant="default" leftSection={<IconPhotoSearch size={18} stroke={1.75} aria-hidden="true" />} onClick={() => void choose()}>{say.fromLibrary}</Button>
            )}
          </Group>
        )}
        <TextInput label={say.pictureAddress} value={url} onChange={({ currentTarget }) => setUrl(currentTarget.value)} inputMode="url" autoComplete="off" placeholder="https://" data-autofocus />
        <TextInput label={say.alt} description={say.altHint} value={alt} onChange={({ currentTarget }) => setAlt(currentTarget.value)} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{say.cancel}</Button>
          <Button type="submit" disabled={url.trim() === ""}>{say.insert}</Button>
        </Group>
      </form>
    </Modal>
  );
}
