import { Button, Group, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Sealed } from "../../parts/sealed";
import { Shapes, Trouble } from "../../parts/states";
import { useWords } from "../../words/words";
import classes from "./body.module.css";
import { converted } from "./convert";
import { bodyWords } from "./words";

/** Shows what readers would see differently if this HTML became Markdown, and asks. */
export function ConversionDialog({ source, onTake, onClose }: { source: string; onTake(markdown: string): void; onClose(): void }) {
  const say = useWords(bodyWords);
  const { data, error, refetch } = useQuery({ queryKey: ["conversion", source], queryFn: () => converted(source, "html"), staleTime: 0, gcTime: 0 });
  const changes = data?.passages.filter(({ change }) => change !== null).length ?? 0;
  return (
    <Modal opened onClose={onClose} title={say.convert} size="56rem" closeButtonProps={{ "aria-label": say.close }}>
      {error ? <Trouble error={error} again={() => void refetch()} /> : !data ? <Shapes lines={6} /> : (
        <>
          <p className={classes["says"]} role="status">{changes === 0 ? say.sameToReaders : say.changesToReaders}</p>
          <Sealed
            className={classes["comparison"]} title={say.comparison}
            html={data.passages.map(({ html, change }) => (change ? `<${change === "gone" ? "del" : "ins"}><div class="${change}"><span class="vh">${change === "gone" ? say.before : say.after}: </span>${html}</div></${change === "gone" ? "del" : "ins"}>` : html)).join("")}
          />
        </>
      )}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose} data-autofocus>{say.keepHTML}</Button>
        <Button disabled={!data} onClick={() => data && onTake(data.markdown)}>{say.convertNow}</Button>
      </Group>
    </Modal>
  );
}
