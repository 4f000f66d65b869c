// Files that the Worker's bundle carries as bytes: `rules` of type "Data" in wrangler.toml.
declare module "*.png" {
  const bytes: ArrayBuffer;
  export default bytes;
}
