package dev.weft.kubernetes.inject;

import java.util.Locale;

/** By what the API server has pods injected: a policy, in a version of its API, or something else. */
public enum AdmissionVersion {
    /** Kubernetes 1.36 and later. */
    V1,

    /** Kubernetes 1.34 and 1.35, where it has to be switched on. */
    V1BETA1,

    /** Kubernetes 1.33, where it has to be switched on. */
    V1ALPHA1,

    /** No policy: a webhook of the control plane does it, which every Kubernetes has. */
    WEBHOOK,

    /** No policy: pods are injected by {@code weft inject}. */
    NONE;

    /** As in {@code admissionregistration.k8s.io/v1}. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
