/** A style sheet as text; the build has minified it. */
declare module "*.css" {
  const css: string;
  export default css;
}
