/**
 * What a process has few of, and a peer can use up: file descriptors, and lines in its log.
 */
@NullMarked
package dev.weft.proxy.limit;

import org.jspecify.annotations.NullMarked;
