/**
 * Attests workloads by their ServiceAccount tokens, with the TokenReview API and the present pod. Writes Events on pods
 * that get no certificate.
 */
@NullMarked
package dev.weft.kubernetes.attest;

import org.jspecify.annotations.NullMarked;
