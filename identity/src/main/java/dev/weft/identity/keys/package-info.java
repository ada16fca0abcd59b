/** Creates, encodes, decodes and compares keys and certificates, as bytes and as text. JDK only. */
@NullMarked
package dev.weft.identity.keys;

import org.jspecify.annotations.NullMarked;
