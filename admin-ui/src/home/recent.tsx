import { Link } from "@tanstack/react-router";
import { may, usePerson } from "../app/person";
import { Shapes, Trouble } from "../parts/states";
import { Time } from "../parts/time";
import { useWords } from "../words/words";
import { usePosts } from "./data";
import classes from "./home.module.css";
import { homeWords } from "./words";

/** The posts that readers saw last, with what they had to say. */
export function Recent() {
  const say = useWords(homeWords);
  const published = usePosts("published", may.write(usePerson().role));
  const posts = published.data?.posts ?? [];
  return (
    <section className={`card ${classes["panel"]} ${classes["recent"]}`} aria-labelledby="recent">
      <div className={classes["recentTop"]}>
        <h2 className={classes["h"]} id="recent">{say.recent}</h2>
        <Link className={classes["more"]} to="/posts">{say.allPosts}</Link>
      </div>
      {!published.data && (published.isError ? <Trouble error={published.error} again={() => void published.refetch()} /> : <Shapes lines={3} />)}
      {published.data && posts.length === 0 && <p className={classes["hint"]}>{say.nothingPublished}</p>}
      <ul role="list">
        {posts.map((post) => (
          <li key={post.id}>
            <Link to="/posts/$id" params={{ id: post.id }}>{post.title || say.untitled}</Link>
            <span className="meta nums">{post.published_at && <Time at={post.published_at} />} · {say.comments(post.comment_count)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
