import { Button, Group, Modal, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState, type KeyboardEvent } from "react";
import { api, ask } from "../../api/client";
import { statusWords } from "../../parts/chip";
import { useWords } from "../../words/words";
import classes from "./body.module.css";
import { bodyWords } from "./words";

const looksLikeAddress = (text: string) => /^(https?:\/\/|mailto:|tel:|\/|#|www\.)|^[^\s@]+@[^\s@]+\.[^\s@]+$|^[^\s/]+\.[a-z]{2,}(\/\S*)?$/i.test(text);

/** The address that somebody means: without a protocol it gets one. */
function completed(text: string): string {
  if (/^[^\s@/]+@[^\s@]+$/.test(text)) return `mailto:${text}`;
  return /^(\w[\w+.-]*:|\/|#)/.test(text) ? text : `https://${text}`;
}

/** Asks where a link leads: an address, or a post of this blog that is looked for by its words. */
export function LinkDialog({ href, onChoose, onClose }: { href: string; onChoose(href: string, title?: string): void; onClose(): void }) {
  const say = useWords(bodyWords);
  const statuses = useWords(statusWords);
  const [text, setText] = useState(href);
  const [at, setAt] = useState(-1);
  const wanted = text.trim();
  const [q] = useDebouncedValue(wanted, 150);
  const address = looksLikeAddress(wanted);
  const found = useQuery({
    queryKey: ["link", q],
    enabled: q !== "" && !looksLikeAddress(q),
    queryFn: async ({ signal }) => (await ask(api.GET("/api/v1/admin/posts", { params: { query: { q, limit: 8 } }, signal }))).data,
  });
  const posts = wanted === "" || address ? [] : (found.data ?? []);
  const chosen = posts[at];

  const take = () => {
    const post = chosen ?? (address ? undefined : posts[0]);
    if (post) onChoose(post.url, post.title);
    else if (wanted) onChoose(completed(wanted));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (posts.length > 0) setAt((at + (event.key === "ArrowDown" ? 1 : posts.length + (at < 0 ? 1 : 0) - 1)) % posts.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      take();
    }
  };

  return (
    <Modal opened onClose={onClose} title={say.link} closeButtonProps={{ "aria-label": say.close }} returnFocus={false}>
      <TextInput
        label={say.linkTo} description={say.linkHint} value={text} data-autofocus autoComplete="off" autoCapitalize="off" spellCheck={false} role="combobox" aria-expanded={posts.length > 0}
        aria-controls="link-posts" aria-autocomplete="list" aria-activedescendant={chosen ? `link-post-${chosen.id}` : undefined} onKeyDown={onKeyDown}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          setAt(-1);
        }}
      />
      <ul id="link-posts" role="listbox" aria-label={say.ownPosts} className={classes["choices"]} hidden={posts.length === 0}>
        {posts.map((post, i) => (
          <li key={post.id} id={`link-post-${post.id}`} role="option" aria-selected={i === at} onMouseDown={(event) => event.preventDefault()} onClick={() => onChoose(post.url, post.title)}>
            <span>{post.title}</span>
            {post.status !== "published" && <span className="meta">{statuses[post.status]}</span>}
          </li>
        ))}
      </ul>
      <p role="status" className={classes["said"]}>
        {wanted !== "" && !address && found.isSuccess && found.data.length === 0 && q === wanted ? say.noPosts : ""}
      </p>
      <Group justify="flex-end" mt="md">
        {href && <Button variant="subtle" onClick={() => onChoose("")}>{say.unlink}</Button>}
        <Button variant="default" onClick={onClose}>{say.cancel}</Button>
        <Button onClick={take} disabled={wanted === ""}>{say.setLink}</Button>
      </Group>
    </Modal>
  );
}
