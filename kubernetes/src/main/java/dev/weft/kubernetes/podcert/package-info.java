/**
 * Weft as a signer of pod certificates: a pod that speaks TLS itself gets its SVID from the kubelet, without a sidecar
 * (PodCertificateRequest, KEP-4317).
 */
@NullMarked
package dev.weft.kubernetes.podcert;

import org.jspecify.annotations.NullMarked;
