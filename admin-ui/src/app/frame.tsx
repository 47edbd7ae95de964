import { Menu } from "@mantine/core";
import { IconArticle, IconHistory, IconHome, IconLogout, IconMail, IconMenu2, IconMessages, IconPencil, IconPhoto, IconSearch, IconSettings, IconTags, IconUserCircle, IconUsers, type Icon } from "@tabler/icons-react";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState, useSyncExternalStore, type ComponentProps } from "react";
import { signOut, type Person } from "../api/session";
import { Count, Key } from "../parts/chip";
import { Confirmation } from "../parts/confirm";
import { Dial, levelWords } from "../parts/dial";
import { Face } from "../parts/face";
import { Toasts } from "../parts/toasts";
import { SignInAgain } from "../signin/again";
import { useWords } from "../words/words";
import { useDimmer, useHeld } from "./data";
import classes from "./frame.module.css";
import { NotYours } from "./nothing";
import { may, useSession } from "./person";
import { usePreferences } from "./preferences";
import { paletteWords } from "./palette-words";
import { frameWords } from "./words";

const Palette = lazy(() => import("./palette"));
const apple = /Mac|iPhone|iPad/.test(navigator.platform);

type Path = NonNullable<ComponentProps<typeof Link>["to"]>;
type Name = "home" | "posts" | "comments" | "media" | "tags" | "people" | "settings" | "events" | "outbox" | "account";

const rooms: { name: Name; to: Path; icon: Icon; may?(role: Person["role"]): boolean; low?: true }[] = [
  { name: "home", to: "/", icon: IconHome },
  { name: "posts", to: "/posts", icon: IconArticle, may: may.write },
  { name: "comments", to: "/comments", icon: IconMessages },
  { name: "media", to: "/media", icon: IconPhoto, may: may.write },
  { name: "tags", to: "/tags", icon: IconTags, may: may.edit },
  { name: "people", to: "/people", icon: IconUsers, may: may.moderateAll },
  { name: "settings", to: "/settings", icon: IconSettings, may: may.edit },
  { name: "events", to: "/events", icon: IconHistory, may: may.own, low: true },
  { name: "outbox", to: "/outbox", icon: IconMail, may: may.edit, low: true },
  { name: "account", to: "/account", icon: IconUserCircle, low: true },
];

/** Whether a route lies in a room that a role does not have. */
const isBarred = (role: Person["role"], path: string) => rooms.some((room) => room.may?.(role) === false && `${path}/`.startsWith(`${room.to}/`));

/** The rooms that a role has, in the order in which they are offered. */
export const roomsOf = (role: Person["role"]) => rooms.filter((room) => room.may?.(role) ?? true);

function useOnline(): boolean {
  return useSyncExternalStore((listener) => {
    window.addEventListener("online", listener);
    window.addEventListener("offline", listener);
    return () => {
      window.removeEventListener("online", listener);
      window.removeEventListener("offline", listener);
    };
  }, () => navigator.onLine);
}

function useLeaveAs() {
  const navigate = useNavigate();
  return () => void signOut().then(() => navigate({ to: "/sign-in" }));
}

/** Ctrl-K, or Cmd-K where that is the custom. In a text with marks the keys make a link. */
function usePaletteKeys(toggle: () => void) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(apple ? event.metaKey : event.ctrlKey) || event.altKey || event.shiftKey || event.defaultPrevented) return;
      if (event.target instanceof HTMLElement && event.target.isContentEditable) return;
      event.preventDefault();
      toggle();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

function Rail({ person, held, onFind }: { person: Person; held: number; onFind(): void }) {
  const say = useWords(frameWords);
  const palette = useWords(paletteWords);
  const levels = useWords(levelWords);
  const dimmer = useDimmer();
  const leave = useLeaveAs();
  const mine = roomsOf(person.role);
  const level = dimmer.data?.level;
  return (
    <aside className={classes["rail"]} aria-label="Dimmer">
      <Link to="/" className={classes["brand"]}><Dial /><span>Dimmer</span></Link>
      <button type="button" className={classes["find"]} title={palette.find} aria-keyshortcuts={apple ? "Meta+K" : "Control+K"} onClick={onFind}>
        <IconSearch size={20} stroke={1.75} aria-hidden="true" />
        <span className={classes["name"]}>{palette.find}</span>
        <span aria-hidden="true"><Key>{apple ? "⌘K" : "Ctrl K"}</Key></span>
      </button>
      <nav aria-label={say.main}>
        <ul role="list">
          {mine.filter((room) => !room.low).map(({ name, to, icon: Icon }) => (
            <li key={name}>
              <Link to={to} activeOptions={{ exact: to === "/", includeSearch: false }} title={say[name]}>
                <Icon size={20} stroke={1.75} aria-hidden="true" />
                <span className={classes["name"]}>{say[name]}</span>
                {name === "comments" && held > 0 && <Count n={held} label={say.held(held)} />}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className={classes["low"]}>
        {level && (
          <Link {...(may.own(person.role) ? { to: "/settings/$section", params: { section: "comments" } } : { to: "/" })} className={classes["level"]} title={`${say.level}: ${levels[level].name}`}>
            <Dial level={level} />
            <span><b>{levels[level].name}</b>{levels[level].short}</span>
          </Link>
        )}
        <Menu position="top-start" width={200}>
          <Menu.Target>
            <button type="button" className={classes["me"]} title={person.name}><Face name={person.name} small /><span>{person.name}</span></button>
          </Menu.Target>
          <Menu.Dropdown>
            {mine.filter((room) => room.low).map(({ name, to, icon: Icon }) => (
              <Menu.Item key={name} component={Link} to={to} leftSection={<Icon size={16} stroke={2} aria-hidden="true" />}>{say[name]}</Menu.Item>
            ))}
            <Menu.Item leftSection={<IconLogout size={16} stroke={2} aria-hidden="true" />} onClick={leave}>{say.signOut}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
    </aside>
  );
}

function Dock({ person, held, onFind }: { person: Person; held: number; onFind(): void }) {
  const say = useWords(frameWords);
  const palette = useWords(paletteWords);
  const leave = useLeaveAs();
  const mine = roomsOf(person.role);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const inDock: Name[] = ["home", "comments", "posts"];
  const elsewhere = mine.filter(({ name }) => !inDock.includes(name));
  const item = (name: Name, Icon: Icon, to: Path) => (
    <Link key={name} to={to} activeOptions={{ exact: to === "/", includeSearch: false }}>
      <Icon size={24} stroke={1.75} aria-hidden="true" />
      <span>{say[name]}</span>
      {name === "comments" && held > 0 && <Count n={held} label={say.held(held)} />}
    </Link>
  );
  return (
    <nav className={classes["dock"]} aria-label={say.main}>
      {item("home", IconHome, "/")}
      {item("comments", IconMessages, "/comments")}
      {may.write(person.role) && <Link to="/posts/new" activeOptions={{ exact: true }}><IconPencil size={24} stroke={1.75} aria-hidden="true" /><span>{say.write}</span></Link>}
      {may.write(person.role) && item("posts", IconArticle, "/posts")}
      <Menu position="top-end" width={220} offset={12}>
        <Menu.Target>
          <button type="button" data-current={elsewhere.some(({ to }) => path.startsWith(String(to))) || undefined}><IconMenu2 size={24} stroke={1.75} aria-hidden="true" /><span>{say.more}</span></button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconSearch size={20} stroke={1.75} aria-hidden="true" />} onClick={onFind}>{palette.find}</Menu.Item>
          {elsewhere.map(({ name, to, icon: Icon }) => (
            <Menu.Item key={name} component={Link} to={to} leftSection={<Icon size={20} stroke={1.75} aria-hidden="true" />}>{say[name]}</Menu.Item>
          ))}
          <Menu.Item leftSection={<IconLogout size={20} stroke={1.75} aria-hidden="true" />} onClick={leave}>{say.signOut}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}

/** The frame around every room. It is there only while somebody is signed in, or was a moment ago. */
export function Frame() {
  const session = useSession();
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.href });
  useEffect(() => {
    if (session.state === "out") void navigate({ to: "/sign-in", search: path === "/" ? {} : { to: path }, replace: true });
  }, [session.state]);
  if (session.state !== "in" && session.state !== "ended") return null;
  return <Rooms person={session.person} ended={session.state === "ended"} />;
}

function Rooms({ person, ended }: { person: Person; ended: boolean }) {
  const say = useWords(frameWords);
  const held = useHeld().data ?? 0;
  const online = useOnline();
  usePreferences(person);
  const [finding, setFinding] = useState(false);
  usePaletteKeys(() => setFinding((open) => !open));
  const barred = isBarred(person.role, useRouterState({ select: (state) => state.matches.at(-1)?.fullPath ?? "" })); // what is shown: the address is ahead of it
  const alone = useRouterState({ select: (state) => state.matches.some(({ staticData }) => staticData.alone) }) && !barred;
  useEffect(() => {
    if (!("setAppBadge" in navigator)) return;
    void (held > 0 ? navigator.setAppBadge(held) : navigator.clearAppBadge()).catch(() => undefined); // an ornament
  }, [held]);
  return (
    <div className={classes["app"]} data-alone={alone || undefined}>
      <a className={classes["skip"]} href="#main">{say.skip}</a>
      {!alone && <Rail person={person} held={held} onFind={() => setFinding(true)} />}
      <main id="main" className={classes["main"]} tabIndex={-1}>
        {!online && !alone && <p className={classes["offline"]} role="status">{say.offline}</p>}
        {barred ? <NotYours /> : <Outlet />}
      </main>
      {!alone && <Dock person={person} held={held} onFind={() => setFinding(true)} />}
      <Toasts />
      <Confirmation />
      {finding && !ended && <Suspense><Palette person={person} onClose={() => setFinding(false)} /></Suspense>}
      {ended && <SignInAgain person={person} />}
    </div>
  );
}
