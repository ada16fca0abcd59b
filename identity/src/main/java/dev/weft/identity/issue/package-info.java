/**
 * Certificate authorities: trust anchors, the issuer of a trust domain below an anchor, and the leaves that the issuer
 * signs. Uses Bouncy Castle as a library, never as a security provider; keys and signatures come from the JDK.
 */
@NullMarked
package dev.weft.identity.issue;

import org.jspecify.annotations.NullMarked;
