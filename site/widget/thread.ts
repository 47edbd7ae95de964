// The thread: each comment, what can be done with it, and one's own.
import type { Comment, Created, List, Own } from "./api";
import { arrow, bin, flag, h, heart, icon, pencil, trusted } from "./dom";
import { button, commentForm, field, note, run, type Widget } from "./form";
import { get, put, type Me, type Mine } from "./kept";
import { T } from "./texts";

/** The API lists what is deeper beside what it answers. */
const deepest = 5;

/** A heart that counts each reader once. The number that is shown is always the server's. */
export function toggle(w: Widget, path: string, label: T, count?: number): HTMLElement {
  const keptAt = w.at("liked", path);
  const text = h("span");
  const show = () => {
    element.setAttribute("aria-pressed", `${!!get(keptAt)}`);
    text.textContent = `${w.say(label)} ${count || ""}`;
  };
  const click = (): Promise<boolean> => run(w, element.parentElement as Element, async () => {
    const { data } = await asReader<{ data: { likes?: number; reactions?: number } }>(w, get(keptAt) ? "DELETE" : "POST", path);
    count = data.likes ?? data.reactions;
    put(keptAt, !get(keptAt) || undefined);
    show();
  });
  const element: HTMLElement = h("button.act quiet", { click }, icon(heart), text);
  show();
  return element;
}

/** Sends the reader's key, and asks for one before her first comment. */
async function asReader<A>(w: Widget, method: string, path: string, body?: object): Promise<A> {
  const at = w.at("me");
  const me = get<Me>(at) ?? {};
  me.key ??= (await w.ask<{ data: { commenter: string } }>("POST", "commenters")).data.commenter;
  put(at, me);
  return w.ask(method, path, body, { "X-Dimmer-Commenter": me.key });
}

export function thread(w: Widget) {
  const { say } = w;
  const mineAt = w.at("mine", w.path);
  const element = h("div.thread");
  const known = new Map<string, { comment: Comment; shown: HTMLElement; replies: HTMLElement }>();

  const forget = (id: string) => put(mineAt, { ...get<Mine>(mineAt), [id]: undefined });

  const act = (outline: string, label: string, of: string, click: (pressed: HTMLButtonElement) => unknown) => {
    const pressed: HTMLButtonElement = h("button.act quiet", { "aria-label": `${label}: ${of}`, click: () => click(pressed) }, icon(outline), label);
    return pressed;
  };

  const actions = (comment: Comment, main: HTMLElement): Node[] => {
    const { id, author, status } = comment;
    const name = author?.name ?? "";
    const path = `comments/${id}`;

    /** One form at a time below a comment; it gives the focus back to what has opened it. */
    const below = (pressed: HTMLElement, make: (close: () => void) => HTMLElement) => {
      const form: HTMLElement = make(() => {
        form.remove();
        pressed.focus();
      });
      main.querySelector("form")?.remove();
      main.append(form);
      form.querySelector("textarea")?.focus();
    };
    /** A question in one field: a new text, or what is wrong with it. */
    const ask = (pressed: HTMLElement, label: T, action: T, value: string, answer: (text: string) => Promise<unknown>) =>
      below(pressed, (close) => {
        const { element: row, input } = field("textarea", say(label), { maxlength: 10_000 });
        input.value = value;
        const submit = (event: Event) => {
          event.preventDefault();
          void run(w, row, async () => {
            await answer(input.value);
            close();
          });
        };
        return h("form", { submit }, row, h("div.row", button("primary", say(action)), button("quiet", say(T.Cancel), close)));
      });

    const reply = () =>
      act(arrow, say(T.Reply), name, (pressed) => below(pressed, (cancel) => commentForm(w, { parent: comment, cancel, sent: (created) => { cancel(); show(created); } })));

    const own = get<Mine>(mineAt)?.[id];
    const minutes = own ? Math.ceil((Date.parse(own.until) - Date.now()) / 6e4) : 0;
    const answerable = w.meta.open && status != "pending" ? [reply()] : [];
    if (own && minutes > 0) {
      const headers = { "X-Edit-Token": own.token };
      return [
        act(pencil, say(T.Edit), name, (pressed) => run(w, main, async () => {
          const { body } = await w.ask<Own>("GET", path, null, headers);
          ask(pressed, T.Comment, T.Send, body, async (text) => show(await w.ask<Own>("PATCH", path, { body: text }, headers)));
        })),
        act(bin, say(T.Delete), name, (pressed) => {
          // Undo cannot mend it, so it asks: in its own place.
          const sure = `${say(T.Delete)}?`;
          if (pressed.textContent != sure) w.announce((pressed.textContent = pressed.ariaLabel = sure));
          else void run(w, main, async () => {
            await w.ask("DELETE", path, null, headers);
            forget(id);
            remove(comment);
          });
        }),
        ...answerable,
        h("span.act", say(T.Left, w.minutes(minutes))),
      ];
    }
    if (status == "pending") return [];
    const all = [toggle(w, `${path}/like`, T.Like, comment.likes), ...answerable];
    if (!own && !author?.badge) all.push(
      act(flag, say(T.Report), name, (pressed) => ask(pressed, T.Report, T.Send, "", async (reason) => {
        await asReader(w, "POST", `${path}/report`, { reason: reason.slice(0, 500) });
        w.announce((pressed.textContent = pressed.ariaLabel = say(T.Thanks)));
      })),
    );
    return all;
  };

  const make = (comment: Comment): HTMLElement => {
    const { id, author, created_at: at } = comment;
    const replies = known.get(id)?.replies ?? h("div.replies");
    const held = comment.status == "pending";
    const shown = h(held ? "article.own" : "article", { id: `c-${id}`, tabindex: -1 });
    if (author) {
      const parent = known.get(comment.parent_id ?? "")?.comment;
      const main = h("div.main", trusted(comment.html));
      main.append(h("div.row acts", ...actions(comment, main)));
      const writer = h("bdi", author.name);
      shown.setAttribute("aria-label", `${say(T.Comment)}: ${author.name}`);
      shown.append(
        held
          ? note("", say(T.OnlyYou), say(T.Reads, w.meta.moderator))
          : h("img.av", { src: author.avatar_url?.replace(/.*\/(?=avatars\/)/, w.base), alt: "", loading: "lazy" }),
        h("header.row",
          h("b", /^https?:/.test(author.url ?? "") ? h("a", { href: author.url, rel: "nofollow ugc noopener" }, writer) : writer),
          !!author.badge && h("span.badge", say(author.badge == "owner" ? T.Owner : T.Author)),
          comment.pinned && h("span.badge", say(T.Pinned)),
          h("small", h("a", { href: `#c-${id}` }, h("time", { datetime: at }, w.ago(at))), !!comment.edited_at && ` · ${say(T.Edited)}`),
          !!parent?.author && h("small.to", say(T.Answers, parent.author.name)),
        ),
        main,
      );
    } else shown.append(h("div.av"), h("header.row", h("small.gone", say(T.Removed))));
    shown.append(replies);
    known.set(id, { comment, shown, replies });
    comment.replies.forEach((reply) => place(reply));
    if (comment.replies_next) more(id, replies, comment.replies_next, comment.reply_count - 50); // that many have come with it
    return shown;
  };

  /** Answers stand in their parent's box; those to the deepest ones beside them. */
  const boxOf = ({ parent_id }: Comment): HTMLElement | undefined => {
    const parent = known.get(parent_id ?? "");
    return parent && (parent.comment.depth < deepest ? parent.replies : (parent.shown.closest<HTMLElement>(".replies") ?? undefined));
  };

  const place = (comment: Comment, first = false): HTMLElement => {
    const before = known.get(comment.id)?.shown;
    const shown = make(comment);
    const box = boxOf(comment);
    if (before) before.replaceWith(shown);
    else if (first && !box) element.prepend(shown);
    else (box ?? element).append(shown);
    return shown;
  };

  const more = (id: string, box: HTMLElement, next: string, count: number) => {
    const row: HTMLElement = h("div", button("", say(T.More, count), () => run(w, row, async () => {
      const { data, page } = await w.ask<List>("GET", `comments/${id}/replies?limit=50&cursor=${encodeURIComponent(next)}`);
      row.remove();
      data.map((reply) => place(reply))[0]?.focus();
      if (page.next) more(id, box, page.next, count - data.length);
    })));
    box.append(row);
  };

  const remove = (comment: Comment) => {
    const { shown, replies } = known.get(comment.id) ?? {};
    if (replies?.firstChild) place({ ...comment, author: null, replies: [] });
    else {
      shown?.remove();
      known.delete(comment.id);
    }
    w.announce(say(T.Removed));
    w.root.querySelector("h2")?.focus();
  };

  /** Shows one's own comment, new or changed, and says so. */
  const show = ({ data }: Pick<Created, "data">, first = false) => {
    place(data, first).focus();
    w.announce(say(data.status == "pending" ? T.OnlyYou : T.Thanks));
  };

  return {
    element, place, show, forget,
    has: (id: string) => known.has(id),
    /** Adds comments that answer no other, and gives the first; those that are there already stay as they are. */
    add: (list: Comment[]) => list.filter(({ id }) => !known.has(id)).map((comment) => place(comment))[0],
  };
}
