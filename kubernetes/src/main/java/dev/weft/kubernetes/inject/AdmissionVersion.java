package dev.weft.kubernetes.inject;

import java.util.Locale;

/** The version of the API by which the policy that injects is made. */
public enum AdmissionVersion {
    /** Kubernetes 1.36 and later. */
    V1,

    /** Kubernetes 1.34 and 1.35, where it has to be switched on. */
    V1BETA1,

    /** Kubernetes 1.33, where it has to be switched on. */
    V1ALPHA1,

    /** No policy: pods are injected by {@code weft inject}. */
    NONE;

    /** As in {@code admissionregistration.k8s.io/v1}. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
