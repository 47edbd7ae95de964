/** An answer that is kept for saying again. */
export interface Snippet {
  id: string;
  title: string;
  body: string;
}

/** The answers that are kept for the whole blog, by title. */
export const useSnippets = (): readonly Snippet[] => none;
const none: readonly Snippet[] = [];
