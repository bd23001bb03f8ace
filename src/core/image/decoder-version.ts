/**
 * Rises when pictures come out otherwise than before: those that an older decoder read are then looked at again, once,
 * and so are the files that it refused. The index `images_of_older_decoders` is made for this number.
 */
export const DECODER_VERSION = 1;
