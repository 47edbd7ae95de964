// Pictures as the server has them, and how one gets there.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "../api/client";
import { Problem, Unreachable } from "../api/problem";
import { upload } from "../api/session";
import { queries } from "../app/data";
import { sentence } from "../parts/states";
import { wordsOf } from "../words/words";
import { mediaWords } from "./words";

export type Media = Schemas["MediaFields"];
export type WholeMedia = Schemas["MediaView"];

/** What a file picker offers. What a file really is, the server finds out. */
export const accepted = "image/jpeg,image/png,image/gif,image/webp";

const maxBytes = 20 << 20; // as the server has it

export interface MediaFilter {
  /** Words of the name or the description. */
  q?: string | undefined;
  /** Only those that no post shows. */
  unused?: boolean | undefined;
  /** Only those of one person, by id. */
  uploader?: string | undefined;
}

const key = ["media"] as const;

/** Pictures, the newest first, page by page. While smaller sizes of some are made, it looks again. */
export const useMediaList = ({ q, unused, uploader }: MediaFilter) =>
  useInfiniteQuery({
    queryKey: [...key, "list", { q, unused, uploader }],
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      ask(api.GET("/api/v1/admin/media", {
        params: { query: { limit: 48, ...(q ? { q } : {}), ...(unused ? { unused: "true" as const } : {}), ...(uploader ? { uploader } : {}), ...(pageParam ? { cursor: pageParam } : {}) } },
      })),
    getNextPageParam: (page) => page.page.next ?? undefined,
    refetchInterval: ({ state }) => (state.data?.pages.some(({ data }) => data.some((media) => media.variants_state === "waiting")) ? 4_000 : false),
  });

/** One picture with the posts that show it. */
export const useMedia = (id: string) =>
  useQuery({ queryKey: [...key, "one", id], queryFn: async () => (await ask(api.GET("/api/v1/admin/media/{id}", { params: { path: { id } } }))).data });

/** Takes over what the server says of a picture now; lists are asked for again. */
export function keepMedia(media: WholeMedia): void {
  queries.setQueryData([...key, "one", media.id], media);
  void queries.invalidateQueries({ queryKey: [...key, "list"] });
}

/** Lists are asked for again. The picture itself stays known: its dialog, which is still closing, would ask for it once more. */
export function forgetMedia(): Promise<void> {
  return queries.invalidateQueries({ queryKey: [...key, "list"] });
}

export interface MediaChange {
  name?: string;
  alt?: string;
  focal_point?: { x: number; y: number };
}

export async function changeMedia(id: string, change: MediaChange): Promise<WholeMedia> {
  const { data } = await ask(api.PATCH("/api/v1/admin/media/{id}", { params: { path: { id } }, body: change }));
  keepMedia(data);
  return data;
}

export async function deleteMedia(id: string): Promise<void> {
  await ask(api.DELETE("/api/v1/admin/media/{id}", { params: { path: { id }, query: { force: "true" } } }));
}

type OnProgress = (share: number) => void;

async function sendPicture(path: string, file: File, onProgress?: OnProgress, signal?: AbortSignal): Promise<WholeMedia> {
  if (file.size > maxBytes) throw new Problem(413, { detail: wordsOf(mediaWords).tooLarge(Math.ceil(file.size / (1 << 20))), code: "too_large" });
  const form = new FormData();
  form.append("file", file, file.name);
  try {
    const { data } = (await upload(path, form, onProgress, signal)) as Schemas["OneMediaView"];
    keepMedia(data);
    return data;
  } catch (error) {
    if (error instanceof Unreachable && !(await canBeRead(file))) throw new Problem(422, { detail: wordsOf(mediaWords).unreadable, code: "unreadable" });
    throw error;
  }
}

/** A folder, or a file that has changed since it was chosen, fails like a lost connection. */
const canBeRead = (file: File): Promise<boolean> => file.slice(0, 1).arrayBuffer().then(() => true, () => false);

/** Brings a picture into the library. `onProgress` hears which share has been sent, 0 to 1. What is wrong with it is said by [whyNotSent]. */
export const uploadImage = (file: File, onProgress?: OnProgress, signal?: AbortSignal): Promise<Media> => sendPicture("/api/v1/admin/media", file, onProgress, signal);

/** Puts another picture in the place of one, in every post that shows it. */
export const replaceImage = (id: string, file: File, onProgress?: OnProgress, signal?: AbortSignal): Promise<WholeMedia> =>
  sendPicture(`/api/v1/admin/media/${id}/replace`, file, onProgress, signal);

/** Why a picture did not get there, as a sentence for people. */
export const whyNotSent = (error: unknown): string => (error instanceof Unreachable ? wordsOf(mediaWords).lost : sentence(error));

/** Whether it makes sense to send the same file once more. */
export const worthAnotherTry = (error: unknown): boolean => !(error instanceof Problem) || error.status >= 500 || [401, 408, 429].includes(error.status);

/** The sizes of a picture, for srcset. */
export const srcSet = ({ variants, url, width }: Media): string => [...variants, { url, width }].map((size) => `${size.url} ${size.width}w`).join(", ");

/** Where a picture is cut when it does not fit its place. */
export const cutAt = ({ x, y }: { x: number; y: number }) => ({ objectPosition: `${x * 100}% ${y * 100}%` });
