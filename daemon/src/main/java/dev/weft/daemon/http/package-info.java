/** HTTP/1 as peers write it, read strictly. */
@NullMarked
package dev.weft.daemon.http;

import org.jspecify.annotations.NullMarked;
