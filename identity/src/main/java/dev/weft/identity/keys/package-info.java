/**
 * Keys and certificates as bytes and as text: made, encoded, decoded, compared. JDK only.
 */
@NullMarked
package dev.weft.identity.keys;

import org.jspecify.annotations.NullMarked;
