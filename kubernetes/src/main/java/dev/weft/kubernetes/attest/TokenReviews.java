package dev.weft.kubernetes.attest;

import dev.weft.control.attest.Attestation;
import dev.weft.control.attest.Attestation.Reason;
import dev.weft.control.attest.WorkloadClaims;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Identifies the owner of a ServiceAccount token by the TokenReview API, for the audience {@value #AUDIENCE}. It is
 * never called without an audience, so tokens for the API server or another service are not accepted. All names come
 * from the review; the token itself is not parsed. Safe for use by many threads.
 */
final class TokenReviews {

    /** The audience of tokens for the mesh. */
    static final String AUDIENCE = "weft";

    /** When a client may retry if the API server does not answer. */
    static final Duration RETRY = Duration.ofSeconds(5);

    private static final Pattern JWT = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
    private static final Pattern USERNAME = Pattern.compile("system:serviceaccount:([^:]+):([^:]+)");
    private static final String POD_NAME = "authentication.kubernetes.io/pod-name";
    private static final String POD_UID = "authentication.kubernetes.io/pod-uid";
    private static final String NODE_NAME = "authentication.kubernetes.io/node-name";

    private final ApiServer api;

    TokenReviews(ApiServer api) {
        this.api = api;
    }

    Attestation review(String token) throws ApiServer.UnansweredException, InterruptedException {
        if (!isJwt(token)) {
            return Attestation.refuse(
                    Reason.NOT_AUTHENTICATED, "the workload token is no ServiceAccount token (expected: a JWT)");
        }
        return ask(api, token, AUDIENCE)
                .map(TokenReviews::judge)
                .orElseGet(() -> later("the API server's answer has no status of the token"));
    }

    static boolean isJwt(String token) {
        return JWT.matcher(token).matches();
    }

    static Optional<TokenReviewStatus> ask(ApiServer api, String token, String audience)
            throws ApiServer.UnansweredException, InterruptedException {
        TokenReview question = new TokenReviewBuilder()
                .withNewSpec()
                .withToken(token)
                .withAudiences(audience)
                .endSpec()
                .build();
        return api.ask(client -> client.tokenReviews().create(question)).map(TokenReview::getStatus);
    }

    private static Attestation judge(TokenReviewStatus status) {
        String error = Optional.ofNullable(status.getError()).orElse("");
        if (!Boolean.TRUE.equals(status.getAuthenticated()) || !error.isEmpty()) {
            return ReviewErrors.refuse(error);
        }
        if (!Optional.ofNullable(status.getAudiences()).orElse(List.of()).contains(AUDIENCE)) {
            return Attestation.refuse(
                    Reason.OTHER_AUDIENCE,
                    "the API server does not say that the workload token is for the audience " + AUDIENCE);
        }
        return Optional.ofNullable(status.getUser())
                .map(TokenReviews::claims)
                .orElseGet(() -> later("the API server does not say to whom the workload token belongs"));
    }

    private static Attestation claims(UserInfo user) {
        Matcher username =
                USERNAME.matcher(Optional.ofNullable(user.getUsername()).orElse(""));
        if (!username.matches()) {
            return Attestation.refuse(
                    Reason.NO_SERVICE_ACCOUNT,
                    "the workload token is no ServiceAccount's (expected: system:serviceaccount:NAMESPACE:NAME)");
        }
        Map<String, List<String>> extra = Optional.ofNullable(user.getExtra()).orElse(Map.of());
        Optional<String> pod = one(extra, POD_NAME);
        Optional<String> uid = one(extra, POD_UID);
        if (pod.isEmpty() || uid.isEmpty()) {
            return Attestation.refuse(
                    Reason.NOT_BOUND,
                    "the workload token of the ServiceAccount " + username.group(1) + "/" + username.group(2)
                            + " is not bound to a pod (expected: one of a projected volume)");
        }
        try {
            return new Attestation.Verified(new WorkloadClaims(
                    username.group(1), username.group(2), pod.get(), uid.get(), one(extra, NODE_NAME)));
        } catch (IllegalArgumentException e) {
            return Attestation.refuse(
                    Reason.NO_SERVICE_ACCOUNT, "the workload token is of what cannot be: " + e.getMessage());
        }
    }

    /** Returns the only value of a key; empty if there are none or several. */
    private static Optional<String> one(Map<String, List<String>> extra, String key) {
        List<String> values = Optional.ofNullable(extra.get(key)).orElse(List.of());
        return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
    }

    static Attestation later(String why) {
        return Attestation.later(RETRY, "the owner of the workload token cannot be found out now: " + why);
    }
}
