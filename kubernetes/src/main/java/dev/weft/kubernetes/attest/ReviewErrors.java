package dev.weft.kubernetes.attest;

import dev.weft.control.attest.Attestation;
import dev.weft.control.attest.Attestation.Reason;
import java.util.List;
import java.util.Locale;

/**
 * What the API server says against a token, as a reason. It says so in sentences that are no part of its API, so one that is
 * not known here is no more than "not authenticated". Which reason it is changes only what is told: each refuses.
 */
final class ReviewErrors {

    private record Known(String part, Reason reason, String text) {}

    private static final List<Known> KNOWN = List.of(
            new Known(
                    "token audiences",
                    Reason.OTHER_AUDIENCE,
                    "the workload token is for another audience than " + TokenReviews.AUDIENCE),
            new Known("token has expired", Reason.EXPIRED, "the workload token has ended"),
            new Known(
                    "service account uid",
                    Reason.OTHER_SERVICE_ACCOUNT,
                    "the workload token is of a ServiceAccount that was deleted and made again since; delete the pod"),
            new Known(
                    "serviceaccount \"",
                    Reason.OTHER_SERVICE_ACCOUNT,
                    "the ServiceAccount of the workload token is gone"),
            new Known(
                    "serviceaccounts \"",
                    Reason.OTHER_SERVICE_ACCOUNT,
                    "the ServiceAccount of the workload token is gone"),
            new Known("pod uid", Reason.OTHER_POD, "the workload token is of a pod whose name another pod has by now"),
            new Known(
                    "token has been invalidated",
                    Reason.POD_GONE,
                    "the pod that the workload token was made for is gone"));

    private ReviewErrors() {}

    /** @param error as the API server says it, empty where it does not; not repeated, as what it quotes is not known */
    static Attestation refuse(String error) {
        String said = error.toLowerCase(Locale.ROOT);
        return KNOWN.stream()
                .filter(known -> said.contains(known.part()))
                .findFirst()
                .map(known -> Attestation.refuse(known.reason(), known.text()))
                .orElseGet(() -> Attestation.refuse(
                        Reason.NOT_AUTHENTICATED, "the API server does not accept the workload token"));
    }
}
