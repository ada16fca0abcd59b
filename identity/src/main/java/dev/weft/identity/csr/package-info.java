/**
 * Certificate signing requests. The proxy creates them with the JDK alone; the control plane reads and verifies them
 * with Bouncy Castle. Only {@code CsrVerifier} and {@code ParsedCsr} use Bouncy Castle.
 */
@NullMarked
package dev.weft.identity.csr;

import org.jspecify.annotations.NullMarked;
