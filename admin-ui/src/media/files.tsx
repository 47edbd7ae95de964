// The three ways in which a picture gets into the page: chosen, dropped, pasted.
import { Button } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { createPortal } from "react-dom";
import { isTyping } from "../parts/keys";
import { useWords } from "../words/words";
import { accepted } from "./data";
import classes from "./media.module.css";
import { mediaWords } from "./words";

/** A button that asks for pictures of this device. */
export function FileButton({ onFiles, one, plain, disabled, children }: { onFiles(files: File[]): void; one?: boolean; plain?: boolean; disabled?: boolean; children: ReactNode }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button variant={plain ? "default" : "filled"} disabled={disabled ?? false} leftSection={<IconUpload size={18} stroke={1.75} aria-hidden="true" />} onClick={() => field.current?.click()}>{children}</Button>
      <input
        ref={field} type="file" accept={accepted} multiple={!one} hidden
        onChange={({ currentTarget }) => {
          if (currentTarget.files?.length) onFiles([...currentTarget.files]);
          currentTarget.value = ""; // the same file may be chosen again
        }}
      />
    </>
  );
}

const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes("Files") ?? false;

/** Takes files that are dropped anywhere or pasted, and shows that it would. A file dropped where none is taken does not lead away from the page. */
export function FilesFromAnywhere({ onFiles, off }: { onFiles(files: File[]): void; off?: boolean }) {
  const say = useWords(mediaWords);
  const [over, setOver] = useState(false);
  const take = useRef(onFiles);
  useEffect(() => {
    take.current = onFiles;
  });
  useEffect(() => {
    const onDragOver = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = off ? "none" : "copy";
      setOver(!off);
    };
    const onDragLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false); // out of the window, not from one thing to the next
    };
    const onDrop = (event: DragEvent) => {
      setOver(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (!off && files.length > 0) take.current(files);
    };
    const onPaste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (off || files.length === 0 || (isTyping(event.target) && event.clipboardData?.types.includes("text/plain"))) return;
      event.preventDefault();
      take.current(files);
    };
    window.addEventListener("dragover", onDragOver);
    window.addEventListener("dragleave", onDragLeave);
    window.addEventListener("drop", onDrop);
    window.addEventListener("paste", onPaste);
    return () => {
      window.removeEventListener("dragover", onDragOver);
      window.removeEventListener("dragleave", onDragLeave);
      window.removeEventListener("drop", onDrop);
      window.removeEventListener("paste", onPaste);
    };
  }, [off]);
  if (!over) return null;
  return createPortal(
    <div className={classes["over"]}>
      <p><IconUpload size={24} stroke={1.75} aria-hidden="true" /><b>{say.drop}</b><span>{say.formats}</span></p>
    </div>,
    document.body,
  );
}
