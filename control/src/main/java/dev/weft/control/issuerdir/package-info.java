/**
 * An issuer that somebody else keeps: a directory as a {@code kubernetes.io/tls} secret is mounted, read whole and judged.
 */
@NullMarked
package dev.weft.control.issuerdir;

import org.jspecify.annotations.NullMarked;
