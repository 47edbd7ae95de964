// The elements: <dimmer-comments post="SLUG"> and <dimmer-count post="SLUG">. What a page writes inside them stays until there is something better.
import { refusalOf, type List, type Own, type Thread } from "./api";
import { dial, h } from "./dom";
import { askOf, button, commentForm, note, privacy, run, type Widget } from "./form";
import { get, type Mine } from "./kept";
import { dress } from "./style";
import { T, wordsFor } from "./texts";
import { thread, toggle } from "./thread";

/** The server: where this file comes from, unless the element says otherwise. */
const baseOf = (element: Element) => new URL(element.getAttribute("base") ?? ".", import.meta.url).href.replace(/\/*$/, "/");

const orders = ["newest", "oldest", "top"] as const;

class Comments extends HTMLElement {
  static readonly observedAttributes = ["post"];

  connectedCallback(): void {
    if (!this.shadowRoot) void this.#load();
  }

  /** Frameworks give an element that is there another post. */
  attributeChangedCallback(): void {
    if (this.shadowRoot) void this.#load();
  }

  async #load(order = this.getAttribute("sort") ?? "newest"): Promise<void> {
    const words = wordsFor(this);
    const { say } = words;
    const slug = this.getAttribute("post") ?? "";
    const base = baseOf(this);
    const ask = askOf(base);
    const path = `posts/${encodeURIComponent(slug)}/`;

    // What the page's server has written stays to be read until the first answer is here.
    const open = () => {
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      dress(root);
      return root;
    };
    if (!this.shadowRoot && !this.childElementCount) {
      const bones = () => h("article", h("div.av"), h("div", h("div.sk"), h("div.sk"), h("div.sk")));
      open().append(h("p.vh", { role: "status" }, say(T.Comments) + "…"), h("div.thread", bones(), bones()));
    }

    const read = (cursor = "") => ask<Thread>("GET", `${path}comments?sort=${order}${cursor}`);
    let first: Thread;
    try {
      first = await read();
    } catch (error) {
      // A page without its comments is still a page: nothing is put in front of what is there.
      this.shadowRoot?.replaceChildren(h("p.more", { role: "alert" }, say(refusalOf(error) ? T.Failed : T.Lost)), button("", say(T.Again), () => this.#load()));
      return;
    }
    if (slug != this.getAttribute("post")) return; // it has changed while we asked

    const sorted = this.shadowRoot?.activeElement;
    const plain = sorted ? null : this.querySelector("textarea");
    const root = open();
    const live = h("p.vh", { role: "status" });
    const { meta } = first;
    const w: Widget = { ...words, base, path, root, meta, ask, at: (...key) => ["dimmer", base, ...key].join(" "), announce: (text) => (live.textContent = text) };

    const list = thread(w);
    let shown = 0;
    const rest = h("div.more");
    const fill = ({ data, page }: List) => {
      shown += data.length;
      rest.replaceChildren();
      if (page.next) {
        const cursor = `&cursor=${encodeURIComponent(page.next)}`;
        rest.append(button("", say(T.More, page.total - shown), () => run(w, rest, async () => fill(await read(cursor))?.focus())));
      }
      return list.add(data);
    };

    const form = commentForm(w, {
      sent: (created) => {
        start();
        list.show(created, order != "oldest");
      },
    });
    const body = form.querySelector("textarea") as HTMLTextAreaElement;
    body.value ||= plain?.value ?? ""; // she had begun in the plain form of the page
    const empty = h("div.empty", dial(meta.level), h("p.body", say(T.Nobody)), button("primary", say(T.First), () => {
      start();
      body.focus();
    }), privacy(w));
    const start = () => {
      empty.remove();
      form.hidden = false;
    };
    form.hidden = true;
    fill(first);
    const select: HTMLSelectElement | false = meta.count > 1 && h("select", { "aria-label": say(T.Comments), change: () => select && this.#load(select.value) }, ...orders.map((value, i) => h("option", { value }, say(T.Newest + i))));
    if (select) select.value = order;
    root.replaceChildren(
      live,
      h("div.row top", h("h2", { tabindex: -1 }, meta.count ? say(T.Count, meta.count) : say(T.Comments)), select || ""),
      list.element, rest,
      meta.open ? empty : note("closed", say(T.Closed), say(T.StaysHere)),
      h("div.more", toggle(w, `${path}reaction`, T.Helped)),
    );
    if (meta.open) {
      root.append(form);
      if (first.data[0] || body.value) start();
    }
    if (plain?.value) body.focus();
    if (sorted && select) select.focus();
    root.getElementById(location.hash.slice(1))?.scrollIntoView();

    // One's own comments that others do not see yet, or that a cache does not know.
    for (const [id, mine] of Object.entries(get<Mine>(w.at("mine", path)) ?? {})) {
      if (!mine || list.has(id)) continue;
      try {
        const { data } = await ask<Own>("GET", `comments/${id}`, null, { "X-Edit-Token": mine.token });
        if (data.status == "pending" || Date.parse(mine.until) > Date.now()) {
          start();
          list.place(data, order != "oldest");
        } else list.forget(id);
      } catch (error) {
        if (refusalOf(error)?.status == 404) list.forget(id);
      }
    }
  }
}

/** Elements that wait for their numbers, by server: those of a page are asked for at once. */
const waiting: Record<string, Element[]> = {};

async function count(base: string): Promise<void> {
  const all = waiting[base] ?? [];
  delete waiting[base];
  while (all.length) {
    const some = all.splice(0, 100); // as many as the API takes
    const slugs = some.map((element) => element.getAttribute("post") ?? "");
    const { data } = await askOf(base)<{ data: Record<string, number> }>("GET", `comments/counts?${slugs.map((slug) => `slug=${encodeURIComponent(slug)}`).join("&")}`);
    some.forEach((element, i) => (element.textContent = wordsFor(element).say(T.Count, data[slugs[i] ?? ""] ?? 0)));
  }
}

class Count extends HTMLElement {
  connectedCallback(): void {
    const base = baseOf(this);
    // If nobody answers, what the page has written there stays.
    waiting[base] ??= (setTimeout(() => count(base).catch(() => 0)), []);
    waiting[base].push(this);
  }
}

// Two copies of this file on a page: the first one serves both.
if (!customElements.get("dimmer-count")) {
  customElements.define("dimmer-comments", Comments);
  customElements.define("dimmer-count", Count);
}
