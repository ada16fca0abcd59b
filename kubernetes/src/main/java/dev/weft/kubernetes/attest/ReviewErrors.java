package dev.weft.kubernetes.attest;

import dev.weft.control.attest.Attestation;
import dev.weft.control.attest.Attestation.Reason;
import java.util.List;
import java.util.Locale;

/**
 * Translates the API server's error about a token to a reason. The error is a sentence that is not part of its API, so
 * an unknown sentence only means "not authenticated". The reason only affects the message: the token is refused in
 * every case.
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
                    "the ServiceAccount of the workload token was deleted and created again; delete the pod"),
            new Known(
                    "serviceaccount \"",
                    Reason.OTHER_SERVICE_ACCOUNT,
                    "the ServiceAccount of the workload token is gone"),
            new Known(
                    "serviceaccounts \"",
                    Reason.OTHER_SERVICE_ACCOUNT,
                    "the ServiceAccount of the workload token is gone"),
            new Known(
                    "pod uid",
                    Reason.OTHER_POD,
                    "the workload token belongs to an earlier pod; another pod has its name now"),
            new Known(
                    "token has been invalidated",
                    Reason.POD_GONE,
                    "the pod that the workload token was made for is gone"));

    private ReviewErrors() {}

    /**
     * @param error error of the API server, empty if it gives none; it is not repeated in the result, because it may
     *     quote anything
     */
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
