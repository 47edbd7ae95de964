// The form for comments and replies: draft, preview, proof of work, and what to say when it does not go through.
import { call, refusalOf, type Comment, type Created, type Headers, type Thread } from "./api";
import { dial, h, trusted } from "./dom";
import { get, put, type Draft, type Me, type Mine } from "./kept";
import { hex, solve, type Challenge } from "./proof";
import { T, type Words } from "./texts";

/** What the parts of one widget share. */
export interface Widget extends Words {
  base: string;
  root: ShadowRoot;
  meta: Thread["meta"];
  /** The path of the post in the API. */
  path: string;
  ask<A>(method: string, path: string, body?: string | object | null, headers?: Headers): Promise<A>;
  /** Where something is kept on this device: apart for each server. */
  at(...key: string[]): string;
  /** Says to screen readers what has happened. */
  announce(text: string): void;
}

/** The API of one server. */
export const askOf = (base: string): Widget["ask"] => (method, path, body, headers) => call(base, method, path, body, headers);

/** What went wrong, in the reader's language where we have words for it: what it is, what is safe, what to do. */
function alertFor({ say }: Widget, error: unknown): HTMLElement {
  const refusal = refusalOf(error);
  let text = say(T.Lost);
  if (refusal) {
    const { status, code, detail } = refusal;
    text = status == 429 ? say(T.TooFast) : code == "comments_closed" ? say(T.Closed) : (status < 500 && detail) || say(T.Failed);
  }
  return h("p.err", { role: "alert" }, h("b", say(T.NotSent)), ` ${text} ${say(T.Safe)}`);
}

/** Does something, and says below `where` what went wrong with it. */
export async function run(w: Widget, where: Element, act: () => Promise<unknown>): Promise<boolean> {
  where.querySelector(".err")?.remove();
  try {
    await act();
    return true;
  } catch (error) {
    where.append(alertFor(w, error));
    return false;
  }
}

export const button = (name: string, label: string, click?: () => unknown) => h("button", { class: name, type: click ? "button" : "submit", click }, label);

/** Says something beside the mark of a dimmer level. */
export const note = (level: string, strong: string, text: string) => h("p.note", dial(level), h("span", h("b", strong), ` ${text}`));

export const privacy = ({ say, meta }: Widget) => h("small", say(T.Private), " ", !!meta.privacy_url && h("a", { href: meta.privacy_url }, say(T.Kept)));

/** So that a field finds what is wrong with it. */
let fields = 0;

/** A field in its label, with a place for what is wrong with it. */
export function field(tag: "input" | "textarea", label: string, attributes: Record<string, string | number | boolean>, optional = "") {
  const id = `f${++fields}`;
  const input = h(tag, { class: "text", dir: "auto", "aria-describedby": id, ...attributes });
  const wrong = h("small.wrong", { id });
  const blame = (message: string) => {
    wrong.textContent = message;
    if (message) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  return { element: h("div", h("label", h("b", label), ` ${optional}`, input), wrong), input, blame };
}

interface FormOptions {
  /** What is answered. */
  parent?: Comment;
  sent(created: Created): void;
  cancel?: () => void;
}

export function commentForm(w: Widget, { parent, sent, cancel }: FormOptions): HTMLFormElement {
  const { say, meta } = w;
  const draftAt = w.at("draft", w.path, parent?.id ?? "");
  const meAt = w.at("me");
  const me: Me = get(meAt) ?? {};
  let draft: Draft = get(draftAt) ?? { text: "" };

  const body = field("textarea", say(T.Comment), { rows: 5, required: true, maxlength: 10_000 });
  const name = field("input", say(T.Name), { required: true, maxlength: 80, autocomplete: "name" });
  const email = field("input", say(T.Email), { type: "email", maxlength: 254, autocomplete: "email" }, say(T.Optional));
  const all: Record<string, ReturnType<typeof field>> = { body, name, email };
  const notify = h("input", { type: "checkbox" });
  const trap = h("input", { name: "website" });
  body.input.value = draft.text;
  name.input.value = me.name ?? "";
  email.input.value = me.email ?? "";

  // The signed time and the challenge are asked for when somebody comes to write; the work is done while she types. The time is that of her
  // coming, whereas a challenge ages and counts once.
  let form: string | undefined;
  let opened: Promise<Challenge | null> | undefined;
  let proof: Promise<string | null> | undefined;
  const renew = () => (opened = proof = undefined);
  const open = () => {
    if (!opened) {
      opened = w.ask<{ data: { form: string; challenge: Challenge | null } }>("GET", `${w.path}comments/form`).then(({ data }) => {
        form ??= data.form;
        return data.challenge;
      });
      opened.catch(renew); // sending asks again, and says what is wrong
      setTimeout(renew, 6e5);
    }
    return opened;
  };
  const prove = () => {
    // A page on plain http has no WebCrypto: a comment without a proof is judged without one.
    proof ??= open().then((challenge) => challenge && solve(challenge).catch(() => null));
    proof.catch(renew);
    return proof;
  };

  const kept = h("small", draft.text && say(T.Draft));
  const preview = h("div.prev", { tabindex: 0, hidden: true });
  const show = (previewed: boolean) => {
    tabs.forEach((tab, i) => tab.setAttribute("aria-pressed", `${!!i == previewed}`));
    preview.replaceChildren();
    preview.hidden = !previewed;
    body.element.hidden = previewed;
    if (previewed && body.input.value.trim()) {
      void run(w, preview, async () => preview.append(trusted((await w.ask<{ html: string }>("POST", "comments/preview", { body: body.input.value })).html)));
    }
  };
  const tabs = [button("", say(T.Write), () => show(false)), button("", say(T.Preview), () => show(true))];
  show(false);

  const submit = button("primary", say(T.Send));
  const end = h("div");
  let busy = false;

  const send = async () => {
    show(false);
    body.input.value = body.input.value.trim(); // so that the browser finds it empty
    for (const { input, blame } of Object.values(all)) blame(input.validationMessage);
    const wrong = () => element.querySelector<HTMLElement>("[aria-invalid]");
    if (busy || wrong()) return wrong()?.focus();
    busy = true;
    const done = await run(w, end, async () => {
      const written = {
        name: name.input.value, body: body.input.value, website: trap.value, notify: notify.checked,
        email: email.input.value || null, parent_id: parent?.id,
      };
      const fields = JSON.stringify(written);
      if (draft.sent?.fields != fields) {
        const proof = await prove();
        draft.text = body.input.value;
        draft.sent = { key: hex(crypto.getRandomValues(new Uint8Array(16))), fields, body: JSON.stringify({ ...written, form, proof, commenter: get<Me>(meAt)?.key }) };
        put(draftAt, draft);
      }
      try {
        const created = await w.ask<Created>("POST", `${w.path}comments`, draft.sent.body, { "Idempotency-Key": draft.sent.key });
        put(meAt, { ...get<Me>(meAt), key: created.commenter });
        const mineAt = w.at("mine", w.path);
        put(mineAt, { ...get<Mine>(mineAt), [created.data.id]: { token: created.edit_token, until: created.edit_until } });
        draft = { text: "" };
        body.input.value = kept.textContent = "";
        sent(created);
      } catch (error) {
        const { status = 500, errors = [] } = refusalOf(error) ?? {};
        // A busy or broken server, or none: it may have got through, so the same goes out again.
        if (status < 500 && status != 429) draft = { text: draft.text };
        for (const { location, message } of errors) all[location.slice(5)]?.blame(message);
        throw error;
      } finally {
        put(draftAt, draft);
        if (!draft.sent) renew(); // what was answered is over, and so is its challenge
      }
    });
    busy = false;
    submit.textContent = say(done ? T.Send : T.Again);
    if (!done) (wrong() ?? submit).focus();
  };

  const title = parent ? `${say(T.Reply)}: ${parent.author?.name}` : say(T.Comment);
  const element = h(
    "form",
    {
      novalidate: true, "aria-label": title, class: parent ? "" : "wide",
      submit: (event) => {
        event.preventDefault();
        void send();
      },
      focusin: () => void open(),
      input: () => {
        draft.text = body.input.value;
        put(draftAt, draft);
        put(meAt, { ...get<Me>(meAt), name: name.input.value, email: email.input.value });
        kept.textContent = draft.text && say(T.Draft);
        void prove();
      },
    },
    // It depends on the level alone: a hint that knew what is thought of this reader would teach spammers.
    meta.level != "open" && note(meta.level, "", say(meta.level == "all" ? T.Reads : T.HintNewcomers, meta.moderator)),
    h("div.row tabs", ...tabs), body.element, preview,
    h("div.row", h("small", "Markdown: *…* **…** > …"), kept),
    h("div.fields", name.element, email.element),
    meta.mail && h("label.check", notify, say(T.Tell)),
    h("div", { hidden: true }, trap),
    end,
    h("div.row", submit, !!cancel && button("quiet", say(T.Cancel), cancel), privacy(w)),
  );
  return element;
}
