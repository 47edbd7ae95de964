// The end of a long list: what comes next is fetched when one gets there.
import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";
import { catalogue, useWords } from "../words/words";
import classes from "./more.module.css";
import { Trouble } from "./states";

const words = catalogue({ more: "Show more" }, { more: "Mehr zeigen" });

/** The part of an infinite query that its end needs. */
interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  error: unknown;
  fetchNextPage(): Promise<unknown>;
}

/** Fetches the next page as soon as it is nearly seen; there is a button for whoever comes by keyboard. After a failure only the button asks again. */
export function More({ of: list }: { of: Pages }) {
  const say = useWords(words);
  const end = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError } = list;
  useEffect(() => {
    if (!end.current || isFetchingNextPage || isFetchNextPageError) return;
    const watch = new IntersectionObserver((seen) => {
      if (seen.some((one) => one.isIntersecting)) void list.fetchNextPage();
    }, { rootMargin: "600px" });
    watch.observe(end.current);
    return () => watch.disconnect();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError]);
  if (!hasNextPage) return null;
  if (isFetchNextPageError) return <Trouble error={list.error} again={() => void list.fetchNextPage()} />;
  return (
    <div ref={end} className={classes["more"]}>
      <Button variant="default" loading={isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{say.more}</Button>
    </div>
  );
}
