/** Pictures are made smaller before they are sent: phones take far larger ones than evidence needs. */

const longest = 2560
const enough = 400_000 // bytes that are not worth the work
const quality = 0.85

/** The picture to send: smaller where that is possible, the file itself where it is not (a video, a document). */
export async function compressed(file: File): Promise<Blob> {
  if (!file.type.startsWith('image/') || (file.size <= enough && file.type === 'image/jpeg')) return file
  let picture: ImageBitmap
  try {
    picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  } catch {
    return file // of a kind that this browser does not know: the server says what it makes of it
  }
  try {
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height))
    if (scale === 1 && file.size <= enough && file.type === 'image/png') return file
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(picture.width * scale)
    canvas.height = Math.round(picture.height * scale)
    const paper = canvas.getContext('2d')
    if (!paper) return file
    paper.fillStyle = '#fff' // what shines through becomes white, not black
    paper.fillRect(0, 0, canvas.width, canvas.height)
    paper.drawImage(picture, 0, 0, canvas.width, canvas.height)
    const smaller = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
    // What only this browser can read (HEIC) is sent as JPEG even if that is larger.
    const common = /^image\/(jpeg|png|webp|gif)$/.test(file.type)
    return smaller && (smaller.size < file.size || !common) ? smaller : file
  } finally {
    picture.close()
  }
}
