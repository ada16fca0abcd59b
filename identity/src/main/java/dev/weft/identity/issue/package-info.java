/**
 * The certificate authorities: trust anchors, the issuer of a trust domain under one, and the leaves it signs. Uses
 * Bouncy Castle as a library, never as a security provider; keys and signatures are the JDK's.
 */
@NullMarked
package dev.weft.identity.issue;

import org.jspecify.annotations.NullMarked;
