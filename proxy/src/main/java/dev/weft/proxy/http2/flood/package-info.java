/** Limits the work that an HTTP/2 peer can cause at no cost to itself (RFC 9113 section 10.5). */
@NullMarked
package dev.weft.proxy.http2.flood;

import org.jspecify.annotations.NullMarked;
