import { Textarea, TextInput } from "@mantine/core";
import { useSite } from "../app/data";
import { useWords } from "../words/words";
import type { Part } from "./editor";
import classes from "./editor.module.css";
import type { Fields } from "./fields";
import { editorWords } from "./words";

const aboutTitle = 60, aboutDescription = 155; // characters that search engines show, roughly

/** What search engines and shared links show of the post, and how to say something else there. */
export function Seo({ writing, view, excerpt }: Part & { excerpt: string }) {
  const say = useWords(editorWords);
  const site = useSite().data;
  const { seo, title, slug, feature_image: picture, type } = view.fields;
  const shownTitle = seo.title || title || say.untitled;
  const shownText = seo.description || excerpt || say.emptyText;
  const image = seo.image_url || picture?.url || "";
  const host = hostOf(view.post?.url ?? site?.url ?? "");
  const change = (part: Partial<Fields["seo"]>) => writing.change({ seo: { ...seo, ...part } });
  const orNull = (text: string) => (text === "" ? null : text);
  return (
    <section>
      <h2>{say.inSearch}</h2>
      <div className={classes["serp"]}>
        <p className={classes["serpAddress"]}>{host}{slug ? ` › ${slug}` : type === "page" ? " › …" : ""}</p>
        <p className={classes["serpTitle"]}>{shownTitle}</p>
        <p className={classes["serpText"]}>{cut(shownText, 160)}</p>
      </div>
      <p className={classes["hint"]}>{say.ofAbout([...shownText].length, aboutDescription)}</p>
      <details className={classes["more"]}>
        <summary>{say.seoEdit}</summary>
        <div className={classes["stack"]}>
          <TextInput size="md" label={say.seoTitle} placeholder={title} value={seo.title ?? ""} description={say.ofAbout([...shownTitle].length, aboutTitle)} error={view.errors["seo.title"]} onChange={(event) => change({ title: orNull(event.currentTarget.value) })} />
          <Textarea size="md" label={say.seoDescription} placeholder={cut(excerpt, 160)} rows={3} value={seo.description ?? ""} description={say.ofAbout([...shownText].length, aboutDescription)} error={view.errors["seo.description"]} onChange={(event) => change({ description: orNull(event.currentTarget.value) })} />
          <TextInput size="md" type="url" label={say.seoCanonical} description={say.canonicalHint} value={seo.canonical_url ?? ""} error={view.errors["seo.canonical_url"]} onChange={(event) => change({ canonical_url: orNull(event.currentTarget.value.trim()) })} />
          <TextInput size="md" type="url" label={say.seoImage} description={say.imageHint} value={seo.image_url ?? ""} error={view.errors["seo.image_url"]} onChange={(event) => change({ image_url: orNull(event.currentTarget.value.trim()) })} />
          <div>
            <h3 className={classes["small"]}>{say.whenShared}</h3>
            <div className={classes["social"]}>
              {image ? <img src={image} alt="" /> : <div className={classes["noPicture"]}>{say.noPicture}</div>}
              <p className={classes["serpAddress"]}>{host}</p>
              <p className={classes["socialTitle"]}>{shownTitle}</p>
              <p className={classes["serpText"]}>{cut(shownText, 110)}</p>
            </div>
          </div>
        </div>
      </details>
    </section>
  );
}

const hostOf = (url: string) => {
  try {
    return new URL(url).host;
  } catch {
    return "";
  }
};

function cut(text: string, longest: number): string {
  const characters = [...text];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join("").trimEnd()}…` : text;
}
