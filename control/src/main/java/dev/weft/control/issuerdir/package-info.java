/**
 * An issuer that another program maintains, in a directory laid out like a mounted {@code kubernetes.io/tls} secret:
 * reads and checks it.
 */
@NullMarked
package dev.weft.control.issuerdir;

import org.jspecify.annotations.NullMarked;
