package dev.weft.kubernetes.inject;

import java.util.Locale;

/** How pods get their sidecar: by a MutatingAdmissionPolicy of one API version, by a webhook, or not at all. */
public enum InjectionMethod {
    /** Kubernetes 1.36 and later. */
    V1,

    /** Kubernetes 1.34 and 1.35, where it must be enabled. */
    V1BETA1,

    /** Kubernetes 1.33, where it must be enabled. */
    V1ALPHA1,

    /** No policy: a webhook of the control plane injects sidecars, which works in every Kubernetes version. */
    WEBHOOK,

    /** No policy and no webhook: {@code weft inject} changes manifests. */
    NONE;

    /** Returns the API version, as in {@code admissionregistration.k8s.io/v1}. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
