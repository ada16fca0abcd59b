/**
 * The little DER that the mesh reads and writes itself where the JDK offers nothing: extensions of a certificate, and
 * a certificate signing request.
 */
@NullMarked
package dev.weft.identity.der;

import org.jspecify.annotations.NullMarked;
