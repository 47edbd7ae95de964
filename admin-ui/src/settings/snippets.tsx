// Answers that those who moderate give often.
import { Button, Textarea, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api, ask, type Schemas } from "../api/client";
import { queries } from "../app/data";
import { DraftForm, useDraft } from "../parts/draft";
import { sentence, Shapes, Trouble } from "../parts/states";
import { toast } from "../parts/toasts";
import { useWords } from "../words/words";
import { Group } from "./fields";
import classes from "./settings.module.css";
import { settingsWords } from "./words";

type Snippet = Schemas["SnippetView"];
type Text = Pick<Snippet, "title" | "body">;

const key = ["snippets"];
const again = () => queries.invalidateQueries({ queryKey: key });
const create = async (text: Text) => {
  await ask(api.POST("/api/v1/admin/snippets", { body: text }));
  await again();
};

export function Snippets() {
  const say = useWords(settingsWords);
  const snippets = useQuery({ queryKey: key, queryFn: async () => (await ask(api.GET("/api/v1/admin/snippets"))).data });
  const [open, setOpen] = useState<string | null>(null); // an id, or "new"
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(null);
    requestAnimationFrame(() => opener.current?.focus());
  };
  const remove = async ({ id, title, body }: Snippet) => {
    try {
      await ask(api.DELETE("/api/v1/admin/snippets/{id}", { params: { path: { id } } }));
      await again();
      toast({ text: say.snippetDeleted(title), undo: () => void create({ title, body }).catch((error: unknown) => toast({ text: sentence(error), tone: "trouble" })) });
      opener.current?.focus();
    } catch (error) {
      toast({ text: sentence(error), tone: "trouble" });
    }
  };
  return (
    <Group title={say.names.replies} lead={say.snippetsLead}>
      {snippets.error && !snippets.data ? <Trouble error={snippets.error} again={() => void snippets.refetch()} /> : !snippets.data ? <Shapes lines={2} /> : snippets.data.length === 0 && open !== "new" ? <p className={classes["lead"]}>{say.noSnippets}</p> : (
        <ul role="list" className={classes["list"]}>
          {snippets.data.map((snippet) => open === snippet.id ? <li key={snippet.id} data-wide><EditSnippet snippet={snippet} onDone={close} /></li> : (
            <li key={snippet.id}>
              <div>
                <b>{snippet.title}</b>
                <p className={classes["said"]}>{snippet.body}</p>
              </div>
              <div className={classes["moves"]}>
                <Button variant="default" size="xs" aria-label={say.editNamed(snippet.title)} onClick={() => setOpen(snippet.id)}>{say.editSnippet}</Button>
                <Button variant="subtle" color="red" size="xs" aria-label={say.deleteNamed(snippet.title)} onClick={() => void remove(snippet)}>{say.deleteSnippet}</Button>
              </div>
            </li>
          ))}
        </ul>
      )}
      {open === "new" ? <NewSnippet onDone={close} /> : <Button ref={opener} variant="default" className={classes["start"]} leftSection={<IconPlus size={20} stroke={1.75} aria-hidden="true" />} onClick={() => setOpen("new")}>{say.newSnippet}</Button>}
    </Group>
  );
}

function SnippetFields({ values, errors, set }: { values: Text; errors: Readonly<Record<string, string>>; set(key: keyof Text, value: string): void }) {
  const say = useWords(settingsWords);
  return (
    <>
      <TextInput label={say.snippetTitle} description={say.snippetTitleHint} inputWrapperOrder={["label", "input", "description", "error"]} error={errors["title"]} value={values.title} size="md" autoFocus onChange={(event) => set("title", event.currentTarget.value)} />
      <Textarea label={say.snippetBody} description={say.snippetBodyHint} inputWrapperOrder={["label", "input", "description", "error"]} error={errors["body"]} value={values.body} size="md" autosize minRows={3} maxRows={12} onChange={(event) => set("body", event.currentTarget.value)} />
    </>
  );
}

function EditSnippet({ snippet, onDone }: { snippet: Snippet; onDone(): void }) {
  const say = useWords(settingsWords);
  const draft = useDraft<Text>({ title: snippet.title, body: snippet.body }, async (change) => {
    const { data } = await ask(api.PATCH("/api/v1/admin/snippets/{id}", { params: { path: { id: snippet.id } }, body: change }));
    queries.setQueryData<Snippet[]>(key, (all) => all?.map((one) => (one.id === data.id ? data : one)));
  });
  const save = async () => {
    const saved = await draft.save();
    if (saved) onDone();
    return saved;
  };
  return (
    <DraftForm label={say.editNamed(snippet.title)} draft={{ ...draft, save }}>
      <SnippetFields values={draft.values} errors={draft.errors} set={draft.set} />
      {!draft.changed && <Button variant="subtle" className={classes["start"]} onClick={onDone}>{say.doneEditing}</Button>}
    </DraftForm>
  );
}

function NewSnippet({ onDone }: { onDone(): void }) {
  const say = useWords(settingsWords);
  const draft = useDraft<Text>({ title: "", body: "" }, (change) => create({ title: "", body: "", ...change }), { undo: false });
  const save = async () => {
    const { title } = draft.values;
    const saved = await draft.save();
    if (saved) {
      toast({ text: say.snippetKept(title) });
      onDone();
    }
    return saved;
  };
  return (
    <DraftForm label={say.newSnippet} draft={{ ...draft, save }} verb={say.keepSnippet}>
      <SnippetFields values={draft.values} errors={draft.errors} set={draft.set} />
      {!draft.changed && <Button variant="subtle" className={classes["start"]} onClick={onDone}>{say.cancel}</Button>}
    </DraftForm>
  );
}
