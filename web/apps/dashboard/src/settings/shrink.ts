const EDGE = 512; // pixels: the API keeps no more
const LIGHT = 300_000; // bytes that are sent as they are
const SENT = /^image\/(png|jpeg|webp)$/;

/** A picture that is light enough to send: a large photo is made small here. Null for what cannot be read. */
export async function shrink(file: Blob): Promise<Blob | null> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return file.size <= LIGHT ? file : null; // the API says what is wrong with it
  }
  if (Math.max(picture.width, picture.height) <= EDGE && file.size <= LIGHT && SENT.test(file.type)) return file;
  const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
