// What a writer can change of a post, in the form in which the editor holds it. Status is no field: it changes only where she says so.
import type { Schemas } from "../api/client";

export type Post = Schemas["AdminPostView"];
export type PostInput = Schemas["PostInput"];
export type Format = Post["format"];

export interface Picture {
  url: string;
  alt: string;
  caption: string;
}

export interface Fields {
  type: Post["type"];
  title: string;
  slug: string;
  format: Format;
  source: string;
  /** null: made from the text. */
  excerpt: string | null;
  published_at: string | null;
  /** Names, in order. */
  tags: string[];
  /** Ids, in order; the first is the author. */
  authors: string[];
  feature_image: Picture | null;
  featured: boolean;
  language: string;
  /** null: the site's level. */
  comments: Post["comments"];
  seo: Post["seo"];
  extra: Post["extra"];
}

export type FieldName = keyof Fields;

export const fieldNames: readonly FieldName[] = [
  "title", "format", "source", "excerpt", "feature_image", "tags", "authors", "comments", "slug", "published_at", "seo", "featured", "language", "type", "extra",
];

/** A post that is not there yet. */
export const nothingYet = (author: string, language: string): Fields => ({
  type: "post", title: "", slug: "", format: "markdown", source: "", excerpt: null, published_at: null, tags: [], authors: [author], feature_image: null, featured: false,
  language, comments: null, seo: { title: null, description: null, canonical_url: null, image_url: null }, extra: {},
});

export const fieldsOf = (post: Post): Fields => ({
  type: post.type, title: post.title, slug: post.slug, format: post.format, source: post.source, excerpt: post.excerpt_is_auto ? null : post.excerpt,
  published_at: post.published_at, tags: post.tags.map(({ name }) => name), authors: post.authors.map(({ id }) => id),
  feature_image: post.feature_image && { url: post.feature_image.url, alt: post.feature_image.alt, caption: post.feature_image.caption },
  featured: post.featured, language: post.language, comments: post.comments, seo: post.seo, extra: post.extra,
});

/** Whether a field says the same in two versions. */
export function same(name: FieldName, a: Fields, b: Fields): boolean {
  if (a[name] === b[name]) return true;
  if (name === "published_at") return a.published_at !== null && b.published_at !== null && Date.parse(a.published_at) === Date.parse(b.published_at);
  return typeof a[name] === "object" && plain(a[name]) === plain(b[name]);
}

/** JSON whose keys are in one order: a seo that came back from the server equals the one that was sent. */
function plain(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part);
}

export const differing = (a: Fields, b: Fields): FieldName[] => fieldNames.filter((name) => !same(name, a, b));

/** What a PATCH has to say to make `to` out of `from`. */
export function changes(from: Fields, to: Fields): PostInput {
  return Object.fromEntries(differing(from, to).map((name) => [name, to[name]])) as PostInput;
}

/** The fields after a change that was sent, by this editor or by another program. */
export function changed(fields: Fields, input: PostInput): Fields {
  const { markdown, ...rest } = input;
  const known = Object.fromEntries(Object.entries(rest).filter(([name]) => (fieldNames as readonly string[]).includes(name))) as Partial<Fields>;
  const picture = input.feature_image;
  return {
    ...fields, ...known,
    ...(markdown === undefined ? {} : { source: markdown, format: "markdown" as const }),
    ...(picture ? { feature_image: { url: picture.url ?? "", alt: picture.alt ?? "", caption: picture.caption ?? "" } } : {}),
  };
}

/** Takes single fields over from another version. */
export function taking(fields: Fields, from: Fields, names: readonly FieldName[]): Fields {
  return { ...fields, ...(Object.fromEntries(names.map((name) => [name, from[name]])) as Partial<Fields>) };
}
