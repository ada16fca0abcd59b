/**
 * HTTP on one connection, judged but not terminated. A gate reads the bytes between a caller and the application, asks
 * about each request, and lets the bytes pass as they came (RFC 9110, 9112, 9113).
 */
@NullMarked
package dev.weft.proxy.http;

import org.jspecify.annotations.NullMarked;
