import { Menu } from "@mantine/core";
import { IconArticle, IconHistory, IconHome, IconLogout, IconMail, IconMenu2, IconMessages, IconPencil, IconPhoto, IconSettings, IconTags, IconUserCircle, IconUsers, type Icon } from "@tabler/icons-react";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useSyncExternalStore, type ComponentProps } from "react";
import { signOut, type Person } from "../api/session";
import { Count } from "../parts/chip";
import { Confirmation } from "../parts/confirm";
import { Dial, levelWords } from "../parts/dial";
import { Face } from "../parts/face";
import { Toasts } from "../parts/toasts";
import { SignInAgain } from "../signin/again";
import { useWords } from "../words/words";
import { useDimmer, useHeld } from "./data";
import classes from "./frame.module.css";
import { may, useSession } from "./person";
import { frameWords } from "./words";

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

function Rail({ person, held }: { person: Person; held: number }) {
  const say = useWords(frameWords);
  const levels = useWords(levelWords);
  const dimmer = useDimmer();
  const leave = useLeaveAs();
  const mine = roomsOf(person.role);
  const level = dimmer.data?.level;
  return (
    <aside className={classes["rail"]} aria-label="Dimmer">
      <Link to="/" className={classes["brand"]}><Dial /><span>Dimmer</span></Link>
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
          <Link to={may.own(person.role) ? "/settings" : "/"} className={classes["level"]} title={`${say.level}: ${levels[level].name}`}>
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

function Dock({ person, held }: { person: Person; held: number }) {
  const say = useWords(frameWords);
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
  useEffect(() => {
    if (!("setAppBadge" in navigator)) return;
    void (held > 0 ? navigator.setAppBadge(held) : navigator.clearAppBadge()).catch(() => undefined); // an ornament
  }, [held]);
  return (
    <div className={classes["app"]}>
      <a className={classes["skip"]} href="#main">{say.skip}</a>
      <Rail person={person} held={held} />
      <main id="main" className={classes["main"]} tabIndex={-1}>
        {!online && <p className={classes["offline"]} role="status">{say.offline}</p>}
        <Outlet />
      </main>
      <Dock person={person} held={held} />
      <Toasts />
      <Confirmation />
      {ended && <SignInAgain person={person} />}
    </div>
  );
}
