/**
 * Certificate signing requests: made with the JDK alone by the proxy, read and verified with Bouncy Castle by the
 * control plane. Only {@code CsrVerifier} and {@code ParsedCsr} touch Bouncy Castle.
 */
@NullMarked
package dev.weft.identity.csr;

import org.jspecify.annotations.NullMarked;
