// Everything by its name: rooms, actions, posts and comments. A combobox with a list (WAI-ARIA): the focus stays in the field.
import { Modal, useMantineColorScheme } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconArticle, IconBell, IconBellOff, IconDeviceDesktop, IconLanguage, IconLogout, IconMessage, IconMoon, IconPencil, IconSearch, IconSun, type Icon } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, type NavigateOptions } from "@tanstack/react-router";
import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { api, ask, type Schemas } from "../api/client";
import { changePerson, signOut, type Person } from "../api/session";
import { useQuiet } from "../home/flood";
import { statusWords } from "../parts/chip";
import { sentence } from "../parts/states";
import { toast } from "../parts/toasts";
import { languages, setLanguage, useLanguage, useWords, type Language } from "../words/words";
import { useDimmer } from "./data";
import { roomsOf } from "./frame";
import classes from "./palette.module.css";
import { paletteWords } from "./palette-words";
import { may } from "./person";
import { frameWords } from "./words";

type Group = "rooms" | "actions" | "posts" | "comments";

interface Choice {
  id: string;
  group: Group;
  icon: Icon;
  text: string;
  note?: string;
  run(): void;
}

const leastSearched = 2; // letters

/** Without accents and capitals: "uber" finds "Über". */
const bare = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

function useChoices(person: Person): Choice[] {
  const say = useWords(paletteWords);
  const frame = useWords(frameWords);
  const navigate = useNavigate();
  const language = useLanguage();
  const { setColorScheme } = useMantineColorScheme();
  const quiet = useQuiet();
  const on = useDimmer().data?.quiet;
  // At once here, and on every other device of hers from its next start on.
  const prefer = (change: Schemas["PreferencesInput"]) =>
    void ask(api.PATCH("/api/v1/auth/me", { body: { preferences: change } })).then(changePerson, (error: unknown) => toast({ text: sentence(error), tone: "trouble" }));
  const appear = (scheme: "light" | "dark" | "auto") => () => {
    setColorScheme(scheme);
    prefer({ appearance: scheme === "auto" ? null : scheme });
  };
  const speak = (code: Language) => () => {
    setLanguage(code);
    prefer({ language: code });
  };
  const to = (options: NavigateOptions) => () => void navigate(options);
  const choices: Choice[] = roomsOf(person.role).map(({ name, to: path, icon }) => ({ id: name, group: "rooms", icon, text: frame[name], run: to({ to: path } as NavigateOptions) }));
  const action = (id: string, icon: Icon, text: string, run: () => void) => choices.push({ id, group: "actions", icon, text, run });
  if (may.write(person.role)) action("write", IconPencil, say.write, to({ to: "/posts/new" }));
  if (may.moderateAll(person.role)) {
    if (on) action("end", IconBell, say.end, () => quiet.mutate(null));
    else {
      action("hold", IconBellOff, say.hold, () => quiet.mutate({ mode: "hold" }));
      action("close", IconBellOff, say.close, () => quiet.mutate({ mode: "close" }));
    }
  }
  action("light", IconSun, say.light, appear("light"));
  action("dark", IconMoon, say.dark, appear("dark"));
  action("system", IconDeviceDesktop, say.system, appear("auto"));
  for (const [code, name] of Object.entries(languages)) {
    if (code !== language) action(`speak-${code}`, IconLanguage, say.speak(name), speak(code as Language));
  }
  action("sign-out", IconLogout, frame.signOut, () => void signOut().then(() => navigate({ to: "/sign-in" })));
  return choices;
}

/** Posts and comments that hold the words. */
function useFound(words: string, person: Person): { found: Choice[]; looking: boolean } {
  const say = useWords(paletteWords);
  const status = useWords(statusWords);
  const navigate = useNavigate();
  const [q] = useDebouncedValue(words.trim(), 200); // ms
  const enabled = q.length >= leastSearched;
  const query = { q, limit: 5 };
  const posts = useQuery({ queryKey: ["palette", "posts", q], enabled: enabled && may.write(person.role), queryFn: () => ask(api.GET("/api/v1/admin/posts", { params: { query } })) });
  const comments = useQuery({ queryKey: ["palette", "comments", q], enabled, queryFn: () => ask(api.GET("/api/v1/admin/comments", { params: { query } })) });
  if (!enabled || words.trim().length < leastSearched) return { found: [], looking: false };
  const found: Choice[] = [
    ...(posts.data?.data ?? []).map((post): Choice => ({ id: post.id, group: "posts", icon: IconArticle, text: post.title || say.untitled, note: status[post.status], run: () => void navigate({ to: "/posts/$id", params: { id: post.id } }) })),
    ...(comments.data?.data ?? []).map((comment): Choice => ({
      id: comment.id, group: "comments", icon: IconMessage, text: `${comment.author.name}: ${comment.body.replace(/\s+/g, " ").slice(0, 120)}`, note: status[comment.status],
      run: () => void navigate({ to: "/comments", search: { status: "all", id: comment.id } }),
    })),
  ];
  return { found, looking: posts.isFetching || comments.isFetching || q !== words.trim() };
}

export default function Palette({ person, onClose }: { person: Person; onClose(): void }) {
  const say = useWords(paletteWords);
  const id = useId();
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const wanted = bare(words).split(/\s+/).filter(Boolean);
  const named = useChoices(person).filter(({ text }) => wanted.every((word) => bare(text).includes(word)));
  const { found, looking } = useFound(words, person);
  const choices = [...named, ...found];
  const chosen = Math.min(at, choices.length - 1);
  const groups: Record<Group, string> = { rooms: say.rooms, actions: say.actions, posts: say.posts, comments: say.comments };

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [chosen, choices.length]);

  const run = (choice: Choice | undefined) => {
    if (!choice) return;
    onClose();
    choice.run();
  };
  const onKey = (event: KeyboardEvent) => {
    const moves: Record<string, number> = { ArrowDown: (chosen + 1) % choices.length, ArrowUp: (chosen - 1 + choices.length) % choices.length, PageDown: Math.min(chosen + 8, choices.length - 1), PageUp: Math.max(chosen - 8, 0) };
    const next = moves[event.key];
    if (event.key === "Enter") run(choices[chosen]);
    else if (next === undefined || choices.length === 0) return;
    else setAt(next);
    event.preventDefault();
  };

  return (
    <Modal opened onClose={onClose} withCloseButton={false} size="lg" padding={0} yOffset="12vh" classNames={{ content: classes["content"] ?? "" }} aria-label={say.title}>
      <div className={classes["field"]}>
        <IconSearch size={20} stroke={1.75} aria-hidden="true" />
        <input
          data-autofocus type="text" role="combobox" aria-expanded="true" aria-autocomplete="list" aria-controls={`${id}-list`} aria-label={say.title} placeholder={say.placeholder}
          {...(choices.length > 0 ? { "aria-activedescendant": `${id}-${chosen}` } : {})} autoComplete="off" autoCapitalize="off" spellCheck={false}
          value={words} onChange={(event) => { setWords(event.currentTarget.value); setAt(0); }} onKeyDown={onKey}
        />
      </div>
      <div className={classes["list"]} id={`${id}-list`} role="listbox" aria-label={say.title} tabIndex={-1} ref={list}>
        {(["rooms", "actions", "posts", "comments"] as const).map((group) => choices.some((choice) => choice.group === group) && (
          <div key={group} role="group" aria-label={groups[group]}>
            <div className={classes["group"]} role="presentation">{groups[group]}</div>
            {choices.map((choice, i) => choice.group === group && (
              <div key={choice.id} id={`${id}-${i}`} className={classes["option"]} role="option" aria-selected={i === chosen} onClick={() => run(choice)} onMouseMove={() => i !== chosen && setAt(i)}>
                <choice.icon size={20} stroke={1.75} aria-hidden="true" />
                <span className={classes["text"]}>{choice.text}</span>
                {choice.note && <span className={classes["note"]}>{choice.note}</span>}
              </div>
            ))}
          </div>
        ))}
      </div>
      {choices.length === 0 && <p className={classes["nothing"]}>{looking ? say.looking : say.nothing(words.trim())}</p>}
      <p className="vh" role="status">{!looking && choices.length > 0 && words && say.results(choices.length)}</p>
    </Modal>
  );
}
