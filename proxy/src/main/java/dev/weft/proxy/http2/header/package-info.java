/** HTTP/2 header blocks: their compression (RFC 7541), and the required fields of a message (RFC 9113 section 8). */
@NullMarked
package dev.weft.proxy.http2.header;

import org.jspecify.annotations.NullMarked;
