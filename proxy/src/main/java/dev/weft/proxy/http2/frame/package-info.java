/** HTTP/2 frames on the wire (RFC 9113 sections 4, 6 and 7): reader, writer, and violations of their rules. */
@NullMarked
package dev.weft.proxy.http2.frame;

import org.jspecify.annotations.NullMarked;
