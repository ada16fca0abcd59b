/** HTTP/1 requests of peers, parsed strictly. */
@NullMarked
package dev.weft.daemon.http;

import org.jspecify.annotations.NullMarked;
