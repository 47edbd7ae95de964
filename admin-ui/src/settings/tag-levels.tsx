// The levels that tags have for their posts.
import { NativeSelect } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useRef } from "react";
import { levels, levelWords, type Level } from "../parts/dial";
import { sentence, Shapes, Trouble } from "../parts/states";
import { toast } from "../parts/toasts";
import { changeTag, useTags, type Tag } from "../tags/data";
import { useWords } from "../words/words";
import { Group } from "./fields";
import classes from "./settings.module.css";
import { settingsWords } from "./words";

export function TagLevels() {
  const say = useWords(settingsWords);
  const names = useWords(levelWords);
  const tags = useTags();
  const adder = useRef<HTMLSelectElement>(null);
  const put = async (tag: Tag, level: Level | null) => {
    try {
      await changeTag(tag.id, { comments: level });
      toast({ text: say.tagLevelSaved(tag.name, level ? names[level].name : say.siteLevel), undo: () => void changeTag(tag.id, { comments: tag.comments }).catch((error: unknown) => toast({ text: sentence(error), tone: "trouble" })) });
    } catch (error) {
      toast({ text: sentence(error), tone: "trouble" });
    }
  };
  const own = tags.data?.filter((tag) => tag.comments !== null) ?? [];
  const others = tags.data?.filter((tag) => tag.comments === null) ?? [];
  return (
    <Group title={say.tagLevels} lead={say.tagLevelsHint}>
      {tags.error ? <Trouble error={tags.error} again={() => void tags.refetch()} /> : !tags.data ? <Shapes lines={2} /> : (
        <>
          {own.length === 0 && <p className={classes["lead"]}>{say.noTagLevels}</p>}
          <ul role="list" className={classes["tags"]}>
            {own.map((tag) => (
              <li key={tag.id}>
                <Link to="/tags/$tag" params={{ tag: tag.id }}>{tag.name}</Link>
                <NativeSelect
                  aria-label={say.tagLevel(tag.name)} value={tag.comments ?? ""} size="md"
                  onChange={(event) => {
                    const level = event.currentTarget.value;
                    if (level === "") adder.current?.focus(); // its row goes
                    void put(tag, level === "" ? null : (level as Level));
                  }}
                >
                  <option value="">{say.siteLevel}</option>
                  {levels.map((level) => <option key={level} value={level}>{names[level].name}</option>)}
                </NativeSelect>
              </li>
            ))}
          </ul>
          {others.length > 0 && (
            <NativeSelect
              ref={adder} label={say.addTag} value="" size="md" className={classes["start"]}
              onChange={(event) => {
                const tag = others.find(({ id }) => id === event.currentTarget.value);
                if (tag) void put(tag, "all");
              }}
            >
              <option value="">{say.pickTag}</option>
              {others.map((tag) => <option key={tag.id} value={tag.id}>{tag.name}</option>)}
            </NativeSelect>
          )}
        </>
      )}
    </Group>
  );
}
