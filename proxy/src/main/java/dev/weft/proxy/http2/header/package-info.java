/** Header blocks of HTTP/2: their compression (RFC 7541), and what a message must have (RFC 9113 section 8). */
@NullMarked
package dev.weft.proxy.http2.header;

import org.jspecify.annotations.NullMarked;
