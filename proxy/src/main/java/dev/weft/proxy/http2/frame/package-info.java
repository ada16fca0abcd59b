/** HTTP/2 frames on the wire (RFC 9113 sections 4, 6 and 7): read, written, and what breaks their rules. */
@NullMarked
package dev.weft.proxy.http2.frame;

import org.jspecify.annotations.NullMarked;
