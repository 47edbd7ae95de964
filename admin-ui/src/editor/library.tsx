import { Button, Modal, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api, ask, type Schemas } from "../api/client";
import { queries } from "../app/data";
import { Shapes, sentence, Trouble } from "../parts/states";
import { useWords } from "../words/words";
import classes from "./library.module.css";
import { editorWords } from "./words";

export interface Uploaded {
  url: string;
  alt: string;
  width?: number;
  height?: number;
}

const accepted = "image/jpeg,image/png,image/gif,image/webp";

/** Brings a picture to the server, which makes it anew. What is wrong with it is said by the error. */
export async function upload(file: File): Promise<Uploaded> {
  const form = new FormData();
  form.append("file", file, file.name);
  const { data } = await ask(api.POST("/api/v1/admin/media", { body: { file: file.name }, bodySerializer: () => form }));
  void queries.invalidateQueries({ queryKey: ["media"] });
  return { url: data.url, alt: data.alt, width: data.width, height: data.height };
}

/** Pictures that were uploaded before, and a way to upload another. */
export function Library({ onChoose, onClose }: { onChoose(picture: Uploaded): void; onClose(): void }) {
  const say = useWords(editorWords);
  return (
    <Modal opened onClose={onClose} title={say.chooseTitle} closeButtonProps={{ "aria-label": say.close }} size={760} zIndex={170}>
      <Pictures onChoose={onChoose} />
    </Modal>
  );
}

export function Pictures({ onChoose }: { onChoose(picture: Uploaded): void }) {
  const say = useWords(editorWords);
  const field = useRef<HTMLInputElement>(null);
  const [search, setSearch] = useState("");
  const [words] = useDebouncedValue(search.trim(), 250);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const list = useInfiniteQuery({
    queryKey: ["media", "choose", words], initialPageParam: "",
    queryFn: ({ pageParam }) => ask(api.GET("/api/v1/admin/media", { params: { query: { limit: 24, ...(words ? { q: words } : {}), ...(pageParam ? { cursor: pageParam } : {}) } } })),
    getNextPageParam: (page) => page.page.next ?? undefined,
  });
  const all = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const bring = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    setWrong("");
    try {
      onChoose(await upload(file));
    } catch (error) {
      setWrong(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={classes["pictures"]}>
      <div className={classes["top"]}>
        <TextInput size="md" type="search" aria-label={say.searchLibrary} placeholder={say.searchLibrary} value={search} onChange={(event) => setSearch(event.currentTarget.value)} />
        <input ref={field} type="file" accept={accepted} className="vh" tabIndex={-1} aria-hidden="true" onChange={(event) => { void bring(event.currentTarget.files?.[0]); event.currentTarget.value = ""; }} />
        <Button variant="default" disabled={busy} onClick={() => field.current?.click()}>{busy ? say.uploading : say.upload}</Button>
      </div>
      {wrong && <p className={classes["wrong"]} role="alert">{wrong}</p>}
      {list.isPending && <Shapes lines={3} />}
      {list.error && <Trouble error={list.error} again={() => void list.refetch()} />}
      {list.data && all.length === 0 && <p className={classes["none"]}>{say.noLibrary}</p>}
      <ul role="list" aria-label={say.library}>
        {all.map((picture) => (
          <li key={picture.id}>
            <button type="button" onClick={() => onChoose({ url: picture.url, alt: picture.alt, width: picture.width, height: picture.height })}>
              <img src={small(picture)} alt={picture.alt || picture.name} loading="lazy" />
            </button>
          </li>
        ))}
      </ul>
      {list.hasNextPage && <Button variant="default" onClick={() => void list.fetchNextPage()}>{say.more}</Button>}
    </div>
  );
}

/** The smallest size that is still sharp in the grid. */
const small = (picture: Schemas["MediaFields"]) => picture.variants.find(({ width }) => width >= 320)?.url ?? picture.url;
