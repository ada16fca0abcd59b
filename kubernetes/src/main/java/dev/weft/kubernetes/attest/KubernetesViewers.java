package dev.weft.kubernetes.attest;

import dev.weft.control.view.Viewers;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether the bearer of a token may view the mesh. A TokenReview for the audience {@value #AUDIENCE} identifies
 * the bearer; tokens are never reviewed without an audience. A SubjectAccessReview for {@code meshviews.weft.dev}
 * decides on the permission; this resource exists for this purpose only. Required RBAC permission: {@code create} on
 * both reviews. Safe for use by many threads.
 */
public final class KubernetesViewers implements Viewers {

    /** The audience of viewers' tokens. */
    public static final String AUDIENCE = "weft-view";

    /** The API group of the resource in the access review. */
    public static final String GROUP = "weft.dev";

    /** The resource in the access review. */
    public static final String RESOURCE = "meshviews";

    private final ApiServer api;

    /** @param client client of the cluster; the caller closes it after the last use of this object */
    public KubernetesViewers(KubernetesClient client) {
        this(client, KubernetesAttestor.TIMEOUT);
    }

    KubernetesViewers(KubernetesClient client, Duration timeout) {
        this.api = new ApiServer(client, timeout);
    }

    @Override
    public Verdict judge(String token, String verb) throws InterruptedException {
        if (!TokenReviews.isJwt(token)) {
            return unauthenticated("the token is not a ServiceAccount token (expected: a JWT)");
        }
        try {
            Optional<TokenReviewStatus> status = TokenReviews.ask(api, token, AUDIENCE);
            return status.isEmpty()
                    ? unknown("the API server's answer has no status of the token")
                    : judge(status.get(), verb);
        } catch (ApiServer.UnansweredException e) {
            return unknown(String.valueOf(e.getMessage()));
        }
    }

    private Verdict judge(TokenReviewStatus status, String verb)
            throws ApiServer.UnansweredException, InterruptedException {
        boolean accepted = Boolean.TRUE.equals(status.getAuthenticated())
                && Optional.ofNullable(status.getError()).orElse("").isEmpty();
        if (!accepted) {
            return unauthenticated("the API server does not accept the token for the audience " + AUDIENCE);
        }
        if (!Optional.ofNullable(status.getAudiences()).orElse(List.of()).contains(AUDIENCE)) {
            return unauthenticated("the API server does not say that the token is for the audience " + AUDIENCE);
        }
        UserInfo user = status.getUser();
        if (user == null || Optional.ofNullable(user.getUsername()).orElse("").isEmpty()) {
            return unknown("the API server does not say to whom the token belongs");
        }
        return access(user, verb);
    }

    private Verdict access(UserInfo user, String verb) throws ApiServer.UnansweredException, InterruptedException {
        SubjectAccessReview question = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(user.getUsername())
                .withUid(user.getUid())
                .withGroups(Optional.ofNullable(user.getGroups()).orElse(List.of()))
                .withExtra(user.getExtra())
                .withNewResourceAttributes()
                .withGroup(GROUP)
                .withResource(RESOURCE)
                .withVerb(verb)
                .endResourceAttributes()
                .endSpec()
                .build();
        Optional<SubjectAccessReviewStatus> status = api.ask(client ->
                        client.authorization().v1().subjectAccessReview().create(question))
                .map(SubjectAccessReview::getStatus);
        if (status.isEmpty()) {
            return unknown("the API server's answer does not say what " + user.getUsername() + " may do");
        }
        boolean allowed = Boolean.TRUE.equals(status.get().getAllowed())
                && !Boolean.TRUE.equals(status.get().getDenied());
        return allowed
                ? new Verdict.Allowed(user.getUsername())
                : new Verdict.Refused(
                        Reason.FORBIDDEN, user.getUsername() + " may not " + verb + " " + RESOURCE + "." + GROUP);
    }

    private static Verdict unauthenticated(String why) {
        return new Verdict.Refused(Reason.UNAUTHENTICATED, why);
    }

    private static Verdict unknown(String why) {
        return new Verdict.Refused(Reason.UNKNOWN, why);
    }
}
