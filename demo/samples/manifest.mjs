// IIIF Presentation 3 manifests of the sample folders, and a collection of them.

const CONTEXT = "http://iiif.io/api/presentation/3/context.json";
const english = (words) => ({ en: [words] });

/** A path of folders and a file as part of a URL: slashes stay. */
const encoded = (path) => path.split("/").map(encodeURIComponent).join("/");

const manifestId = (baseUrl, folder) => `${baseUrl}/iiif/manifests/${encoded(folder)}/manifest.json`;

/** The image service of a file: an identifier is one segment, so its slashes are `%2F`. */
export const serviceId = (baseUrl, folder, file) =>
  `${baseUrl}/iiif/images/${encodeURIComponent(`${folder}/${file}`)}`;

function canvas(baseUrl, folder, { file, label }, { width, height }, number) {
  const id = `${manifestId(baseUrl, folder)}/canvas/${number}`;
  const service = serviceId(baseUrl, folder, file);
  return {
    id,
    type: "Canvas",
    label: english(label),
    width,
    height,
    items: [
      {
        id: `${id}/page`,
        type: "AnnotationPage",
        items: [
          {
            id: `${id}/page/image`,
            type: "Annotation",
            motivation: "painting",
            target: id,
            body: {
              id: `${service}/full/1200,/0/default.jpg`,
              type: "Image",
              format: "image/jpeg",
              width,
              height,
              service: [
                { "@id": service, "@type": "ImageService2", profile: "http://iiif.io/api/image/2/level1.json" },
              ],
            },
          },
        ],
      },
    ],
  };
}

/** The manifest of a folder; `sizes` are those of its images, in their order. */
export function manifest(baseUrl, { folder, label, summary, images }, sizes) {
  return {
    "@context": CONTEXT,
    id: manifestId(baseUrl, folder),
    type: "Manifest",
    label: english(label),
    summary: english(summary),
    items: images.map((image, index) => canvas(baseUrl, folder, image, sizes[index], index + 1)),
  };
}

/** The collection of all folders. */
export function collection(baseUrl, folders) {
  return {
    "@context": CONTEXT,
    id: `${baseUrl}/iiif/manifests/collection.json`,
    type: "Collection",
    label: english("Sample images of iiif-gate"),
    items: folders.map(({ folder, label }) => ({ id: manifestId(baseUrl, folder), type: "Manifest", label: english(label) })),
  };
}
