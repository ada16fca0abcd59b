/** Compares Weft's codec of HTTP/2 with Netty's, in one thread and without sockets. */
@NullMarked
package dev.weft.bench.codec;

import org.jspecify.annotations.NullMarked;
