import { Button, Modal, SegmentedControl } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, type Schemas } from "../api/client";
import { readAnew } from "../app/data";
import { levelWords } from "../parts/dial";
import { Shapes, Trouble } from "../parts/states";
import { toast } from "../parts/toasts";
import { useWords } from "../words/words";
import { usePeople } from "./data";
import { Differ, fieldText } from "./differ";
import type { Part } from "./editor";
import classes from "./editor.module.css";
import { differing, fieldNames, type FieldName, type Fields } from "./fields";
import { editorWords } from "./words";
import { dayAndTime } from "./zone";

type Revision = Schemas["RevisionView"];

const restored: readonly FieldName[] = ["title", "format", "source", "excerpt", "tags", "authors", "feature_image", "seo", "extra"];

function useRevision(id: string, number: number | undefined) {
  return useQuery({
    queryKey: ["revision", id, number], enabled: number !== undefined && number > 0, staleTime: Infinity, placeholderData: () => undefined, // never the text of another one
    queryFn: async () => (await ask(api.GET("/api/v1/admin/posts/{id}/revisions/{number}", { params: { path: { id, number: number ?? 0 } } }))).data,
  });
}

/** What a revision holds, over fields that it does not. */
const fieldsOfRevision = (revision: Revision, rest: Fields): Fields => ({
  ...rest, title: revision.title, format: revision.format, source: revision.source, excerpt: revision.excerpt, tags: revision.tags, authors: revision.authors,
  feature_image: revision.feature_image && { url: revision.feature_image.url, alt: revision.feature_image.alt, caption: revision.feature_image.caption }, seo: revision.seo, extra: revision.extra,
});

/** The earlier versions of the post: who made them and when, what each changed, and the way back. */
export function History(part: Part & { id: string; revision: number | undefined }) {
  const { id, revision, view, zone, open } = part;
  const say = useWords(editorWords);
  const small = useMediaQuery("(max-width: 47.99em)", false, { getInitialValueInEffect: false });
  const people = usePeople(view.post);
  const list = useInfiniteQuery({
    queryKey: ["revisions", id, view.post?.version], initialPageParam: "",
    queryFn: ({ pageParam }) => ask(api.GET("/api/v1/admin/posts/{id}/revisions", { params: { path: { id }, query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    getNextPageParam: (page) => page.page.next ?? undefined,
  });
  const all = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const who = (by: string | null) => (by === null ? say.bySelf : (people.find((person) => person.id === by)?.name ?? say.somebody));
  const names = (changed: readonly string[]) => changed.map((name) => say.fields[name as FieldName] ?? name).join(", ");
  return (
    <Modal opened onClose={() => open(null)} title={say.historyTitle} closeButtonProps={{ "aria-label": say.close }} fullScreen={small} size={1080} zIndex={160}>
      <div className={classes["history"]} data-chosen={revision !== undefined || undefined}>
        <div className={classes["versions"]}>
          {list.isPending && <Shapes lines={5} />}
          {list.error && <Trouble error={list.error} again={() => void list.refetch()} />}
          {list.data && all.length === 0 && <p className={classes["hint"]}>{say.noVersions}</p>}
          <ul role="list" aria-label={`${say.historyTitle}. ${say.newestFirst}`}>
            {all.map((r) => (
              <li key={r.number}>
                <button type="button" aria-current={r.number === revision || undefined} onClick={() => open("history", r.number)}>
                  <b>{dayAndTime(r.created_at, zone)}</b>
                  <span>{say.version(r.number)} {say.by(who(r.by))}</span>
                  <span>{r.number === 1 ? say.created : say.changedFields(names(r.changed))}</span>
                </button>
              </li>
            ))}
          </ul>
          {list.hasNextPage && <Button variant="default" fullWidth onClick={() => void list.fetchNextPage()}>{say.more}</Button>}
        </div>
        <div className={classes["version"]}>
          {revision === undefined ? <p className={classes["hint"]}>{say.choose}</p> : <One {...part} number={revision} />}
        </div>
      </div>
    </Modal>
  );
}

function One({ id, number, writing, view, zone, open }: Part & { id: string; number: number }) {
  const say = useWords(editorWords);
  const levels = useWords(levelWords);
  const people = usePeople(view.post);
  const [against, setAgainst] = useState<"before" | "now">("before");
  const [busy, setBusy] = useState(false);
  const chosen = useRevision(id, number);
  const before = useRevision(id, number > 1 ? number - 1 : undefined);
  const newest = useQuery({
    queryKey: ["revisions", id, "newest", view.post?.version],
    queryFn: async () => (await ask(api.GET("/api/v1/admin/posts/{id}/revisions", { params: { path: { id }, query: { limit: 1 } } }))).data[0]?.number,
  }).data;
  if (chosen.error) return <Trouble error={chosen.error} again={() => void chosen.refetch()} />;
  if (!chosen.data || (number > 1 && against === "before" && !before.data && !before.error)) return <Shapes lines={6} />;

  const there = fieldsOfRevision(chosen.data, view.fields);
  const [from, to] = against === "now" ? [there, view.fields] : [before.data ? fieldsOfRevision(before.data, view.fields) : { ...there, source: "", title: "" }, there];
  const names = differing(from, to).filter((name) => restored.includes(name));
  const live = view.post?.status === "published" || view.post?.status === "archived";

  const restore = async () => {
    setBusy(true);
    const unsaved = view.fields, last = newest, had = view.changedNames.length > 0;
    const answer = await writing.restore(number);
    setBusy(false);
    if (answer === "apart") open("compare");
    if (answer !== "done") return;
    void readAnew();
    open(null);
    const undo = async () => {
      if (last !== undefined && (await writing.restore(last)) === "done" && had) writing.change(unsaved);
    };
    toast({ text: say.restored(number), undo: () => void undo() });
  };

  return (
    <>
      <button type="button" className={`${classes["quiet"]} ${classes["phoneOnly"]}`} onClick={() => open("history")}>{say.toList}</button>
      <div className={classes["versionHead"]}>
        <h2>{say.version(number)}</h2>
        <SegmentedControl aria-label={say.version(number)} value={against} onChange={(value) => setAgainst(value === "now" ? "now" : "before")} data={[{ value: "before", label: say.whatChanged }, { value: "now", label: say.againstNow }]} />
      </div>
      {names.length === 0 && <p className={classes["hint"]}>{against === "now" ? say.sameAsNow : say.changedFields(chosen.data.changed.map((name) => say.fields[name as FieldName] ?? name).join(", "))}</p>}
      {fieldNames.filter((name) => names.includes(name)).map((name) => (
        <div key={name} className={classes["difference"]}>
          <h3>{say.fields[name]}</h3>
          <Differ before={fieldText(name, from, people, zone, levels)} after={fieldText(name, to, people, zone, levels)} />
        </div>
      ))}
      <div className={classes["foot"]}>
        <p className={classes["hint"]}>{say.restoreText} {live && say.restoreLive}</p>
        <Button disabled={busy || view.conflict !== null} onClick={() => void restore()}>{say.restore}</Button>
      </div>
    </>
  );
}
