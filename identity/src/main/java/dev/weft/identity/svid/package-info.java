/**
 * The X.509-SVID: the rules for a certificate that stands for an identity, and the certificate together with its key.
 */
@NullMarked
package dev.weft.identity.svid;

import org.jspecify.annotations.NullMarked;
