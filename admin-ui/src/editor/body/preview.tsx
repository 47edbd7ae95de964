import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDebouncedValue } from "@mantine/hooks";
import { Sealed } from "../../parts/sealed";
import { Shapes, sentence } from "../../parts/states";
import { useWords } from "../../words/words";
import type { Format } from "./body";
import classes from "./body.module.css";
import { render } from "./render";
import { bodyWords } from "./words";

/** What readers will see of a text: made by the server, some moments after the last key. */
export function Preview({ source, format }: { source: string; format: Format }) {
  const say = useWords(bodyWords);
  const [settled] = useDebouncedValue(source, 300);
  const { data, error } = useQuery({
    queryKey: ["render", format, settled], queryFn: ({ signal }) => render(settled, format, signal), placeholderData: keepPreviousData, staleTime: 60_000, gcTime: 30_000, retry: false,
  });
  return (
    <section className={classes["preview"]} aria-label={say.preview}>
      {error && <p className={classes["why"]} role="status">{sentence(error)}</p>}
      {data ? <Sealed html={data.html} title={say.preview} /> : !error && <Shapes lines={6} />}
    </section>
  );
}
