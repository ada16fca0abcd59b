/**
 * Reads and writes DER where the JDK offers nothing: extensions of a certificate, and a certificate signing request.
 */
@NullMarked
package dev.weft.identity.der;

import org.jspecify.annotations.NullMarked;
