/**
 * The X.509-SVID: what a certificate must look like to stand for an identity, and the identity's certificate with its
 * key.
 */
@NullMarked
package dev.weft.identity.svid;

import org.jspecify.annotations.NullMarked;
