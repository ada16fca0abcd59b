/**
 * Whose a ServiceAccount token is, by the TokenReview API and the pod as it is now; and Events on pods that get no
 * certificate.
 */
@NullMarked
package dev.weft.kubernetes.attest;

import org.jspecify.annotations.NullMarked;
