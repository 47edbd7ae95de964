import { Button, Menu, Textarea } from "@mantine/core";
import { IconNotes } from "@tabler/icons-react";
import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import { Key } from "../parts/chip";
import { useWords } from "../words/words";
import { edit, reply } from "./actions";
import classes from "./composer.module.css";
import type { Comment } from "./data";
import { useDraft, type DraftKind } from "./drafts";
import { useSnippets } from "./snippets";
import { commentWords } from "./words";

const longest = 10_000; // characters, as the server has it

/** Where an answer is written, or the text of a comment changed. What is typed stays on this device until it has arrived. */
export function Composer({ kind, comment, onClose }: { kind: DraftKind; comment: Comment; onClose(sent: boolean): void }) {
  const say = useWords(commentWords);
  const draft = useDraft(kind, comment.id, kind === "edit" ? comment.body : "");
  const snippets = useSnippets();
  const field = useRef<HTMLTextAreaElement>(null);
  const [busy, setBusy] = useState(false);
  const { name } = comment.author;
  const label = kind === "reply" ? say.replyTo(name) : say.editOf(name);
  const isApproving = kind === "reply" && comment.status !== "approved";
  useEffect(() => {
    const end = field.current?.value.length ?? 0;
    field.current?.focus();
    field.current?.setSelectionRange(end, end);
  }, []);
  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    if (busy || draft.text.trim() === "") return;
    setBusy(true);
    const sent = kind === "reply" ? await reply(comment, draft.text, draft.keep) : await edit(comment, draft.text);
    setBusy(false);
    if (!sent) {
      field.current?.focus();
      return;
    }
    draft.drop();
    onClose(true);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void submit(event);
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose(false);
    }
  };
  const insert = (body: string) => {
    const at = field.current?.selectionStart ?? draft.text.length;
    draft.set(draft.text.slice(0, at) + body + draft.text.slice(field.current?.selectionEnd ?? at));
  };
  return (
    <form className={classes["composer"]} onSubmit={(event) => void submit(event)} onKeyDown={onKey}>
      <Textarea ref={field} label={label} description={kind === "edit" ? say.editHint : isApproving ? say.replyApproves : say.replyHint} rows={kind === "edit" ? 8 : 5} size="md" maxLength={longest} value={draft.text}
        onChange={(event) => draft.set(event.currentTarget.value)} />
      <div className={classes["foot"]}>
        <Button type="submit" loading={busy} disabled={draft.text.trim() === ""} rightSection={<span className={classes["key"]}><Key>Ctrl ↵</Key></span>}>{kind === "edit" ? say.save : isApproving ? say.sendAndApprove : say.send}</Button>
        <Button variant="default" onClick={() => onClose(false)}>{say.cancel}</Button>
        {kind === "reply" && snippets.length > 0 && (
          <Menu position="top-start" zIndex={450} onClose={() => field.current?.focus()}>
            <Menu.Target><Button variant="default" leftSection={<IconNotes size={20} stroke={1.75} aria-hidden="true" />}>{say.snippets}</Button></Menu.Target>
            <Menu.Dropdown className={classes["snippets"] ?? ""}>{snippets.map(({ id, title, body }) => <Menu.Item key={id} onClick={() => insert(body)}>{title}</Menu.Item>)}</Menu.Dropdown>
          </Menu>
        )}
        {draft.isKept && <span className="meta">{say.draft}</span>}
      </div>
    </form>
  );
}
