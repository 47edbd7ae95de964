import { Button } from "@mantine/core";
import { useEffect, useRef, type ReactNode } from "react";
import { Trouble } from "../parts/states";
import { useWords } from "../words/words";
import { cutAt, srcSet, useMediaList, type Media, type MediaFilter } from "./data";
import classes from "./media.module.css";
import { mediaWords } from "./words";

/** Pictures in rows, more of them as the end comes near. `tile` makes of a picture what is chosen or opened. */
export function Grid({ filter, tile, empty, count }: { filter: MediaFilter; tile(media: Media, content: ReactNode): ReactNode; empty: ReactNode; count?: (total: number) => void }) {
  const say = useWords(mediaWords);
  const list = useMediaList(filter);
  const end = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const all = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const total = list.data?.pages.at(-1)?.page.total;
  useEffect(() => {
    if (total !== undefined && total !== null) count?.(total);
  }, [total]);
  useEffect(() => {
    if (!end.current || !hasNextPage || isFetchingNextPage) return;
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && void fetchNextPage(), { rootMargin: "600px" });
    watch.observe(end.current);
    return () => watch.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (list.isPending) {
    return (
      <ul role="list" className={classes["grid"]} aria-hidden="true">
        {Array.from({ length: 12 }, (_, i) => <li key={i}><div className={classes["shape"]} /></li>)}
      </ul>
    );
  }
  return (
    <>
      {list.error && <Trouble error={list.error} again={() => void list.refetch()} />}
      {list.data && all.length === 0 && empty}
      <ul role="list" className={classes["grid"]} aria-label={say.pictures} data-old={list.isPlaceholderData || undefined}>
        {all.map((media) => <li key={media.id}>{tile(media, <Tile media={media} />)}</li>)}
      </ul>
      <div ref={end} className={classes["end"]}>
        {hasNextPage && <Button variant="default" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>{say.more}</Button>}
      </div>
    </>
  );
}

function Tile({ media }: { media: Media }) {
  const say = useWords(mediaWords);
  return (
    <>
      <img src={media.url} srcSet={srcSet(media)} sizes="(max-width: 47.99em) 50vw, 16rem" width={media.width} height={media.height} alt={media.alt} loading="lazy" decoding="async" style={cutAt(media.focal_point)} />
      <span className={classes["name"]}>{media.name}</span>
      <span className={classes["meta"]}>
        <span>{say.used(media.use_count)}</span>
        {media.alt === "" && <span className={classes["bare"]}>{say.noAlt}</span>}
      </span>
    </>
  );
}
