package dev.assay.format;

/**
 * One file of a zip archive, as the archive's directory describes it.
 *
 * @param deflated whether the bytes are compressed; stored as they are otherwise
 * @param header offset of the member's own header in the archive
 * @param compressed bytes in the archive
 * @param size bytes when inflated
 */
record ZipMember(
    String name, boolean deflated, long crc, long header, long compressed, long size) {}
