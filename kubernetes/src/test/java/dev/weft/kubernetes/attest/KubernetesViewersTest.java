package dev.weft.kubernetes.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.view.Viewers.Reason;
import dev.weft.control.view.Viewers.Verdict;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API server says of a viewer's token, and what is made of it. */
@Timeout(60)
@EnableKubernetesMockClient
final class KubernetesViewersTest {

    private static final String TOKEN = "header.claims.signature";
    private static final String TOKENS = "/apis/authentication.k8s.io/v1/tokenreviews";
    private static final String ACCESS = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    private static final String JANE = "system:serviceaccount:weft-system:weft-viewer";

    @SuppressWarnings("NullAway.Init")
    private KubernetesMockServer server;

    @SuppressWarnings("NullAway.Init")
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init")
    private KubernetesViewers viewers;

    @BeforeEach
    void start() {
        viewers = new KubernetesViewers(client, Duration.ofSeconds(30));
    }

    private void token(boolean authenticated, String... audiences) {
        TokenReview review = new TokenReviewBuilder()
                .withNewStatus()
                .withAuthenticated(authenticated)
                .withAudiences(audiences)
                .withNewUser()
                .withUsername(JANE)
                .withUid("uid-1")
                .withGroups("system:serviceaccounts")
                .withExtra(Map.of("a", List.of("b")))
                .endUser()
                .endStatus()
                .build();
        server.expect().post().withPath(TOKENS).andReturn(201, review).once();
    }

    private void access(boolean allowed, boolean denied) {
        SubjectAccessReview review = new SubjectAccessReviewBuilder()
                .withNewStatus()
                .withAllowed(allowed)
                .withDenied(denied)
                .endStatus()
                .build();
        server.expect().post().withPath(ACCESS).andReturn(201, review).once();
    }

    private Verdict.Refused refused(Reason reason) throws InterruptedException {
        Verdict.Refused refused = (Verdict.Refused) viewers.judge(TOKEN, "get");
        assertThat(refused.reason()).isEqualTo(reason);
        assertThat(refused.why()).doesNotContain(TOKEN);
        return refused;
    }

    @Test
    void letsInWhoMayLook() throws InterruptedException {
        token(true, "weft-view");
        access(true, false);
        assertThat(viewers.judge(TOKEN, "tap")).isEqualTo(new Verdict.Allowed(JANE));
        assertThat(server.takeRequest().getUtf8Body()).contains("\"audiences\":[\"weft-view\"]");
        assertThat(server.takeRequest().getUtf8Body())
                .contains(
                        "\"group\":\"weft.dev\"",
                        "\"resource\":\"meshviews\"",
                        "\"verb\":\"tap\"",
                        "\"user\":\"" + JANE + "\"",
                        "\"groups\":[\"system:serviceaccounts\"]",
                        "\"uid\":\"uid-1\"",
                        "\"extra\":{\"a\":[\"b\"]}");
    }

    @Test
    void refusesWhomNoRuleLetsLook() throws InterruptedException {
        token(true, "weft-view");
        access(false, false);
        assertThat(refused(Reason.FORBIDDEN).why()).isEqualTo(JANE + " may not get meshviews.weft.dev");
    }

    @Test
    void refusesWhoIsAllowedAndDenied() throws InterruptedException {
        token(true, "weft-view");
        access(true, true);
        refused(Reason.FORBIDDEN);
    }

    @Test
    void refusesATokenForAnotherAudience() throws InterruptedException {
        token(true, "weft");
        assertThat(refused(Reason.UNAUTHENTICATED).why()).contains("audience weft-view");
    }

    @Test
    void refusesATokenForNoAudience() throws InterruptedException {
        token(true);
        refused(Reason.UNAUTHENTICATED);
    }

    @Test
    void refusesATokenThatTheApiServerDoesNotAccept() throws InterruptedException {
        token(false, "weft-view");
        refused(Reason.UNAUTHENTICATED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "token", "a.b", "a.b.c d", "a.b.c\n"})
    void refusesWhatIsNoTokenWithoutAsking(String token) throws InterruptedException {
        assertThat(((Verdict.Refused) viewers.judge(token, "get")).reason()).isEqualTo(Reason.UNAUTHENTICATED);
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void refusesWhileTokensAreNotReviewed() throws InterruptedException {
        server.expect().post().withPath(TOKENS).andReturn(500, "").always();
        assertThat(refused(Reason.UNKNOWN).why()).contains("HTTP 500");
    }

    @Test
    void refusesWhileAccessIsNotReviewed() throws InterruptedException {
        token(true, "weft-view");
        server.expect().post().withPath(ACCESS).andReturn(403, "").always();
        assertThat(refused(Reason.UNKNOWN).why()).contains("its ClusterRole");
    }

    @Test
    void refusesWhereNoUserIsNamed() throws InterruptedException {
        TokenReview review = new TokenReviewBuilder()
                .withNewStatus()
                .withAuthenticated(true)
                .withAudiences("weft-view")
                .endStatus()
                .build();
        server.expect().post().withPath(TOKENS).andReturn(201, review).once();
        refused(Reason.UNKNOWN);
    }

    @Test
    void refusesWhereTheAnswersSayNothing() throws InterruptedException {
        server.expect()
                .post()
                .withPath(TOKENS)
                .andReturn(201, new TokenReviewBuilder().build())
                .once();
        refused(Reason.UNKNOWN);
        token(true, "weft-view");
        server.expect()
                .post()
                .withPath(ACCESS)
                .andReturn(201, new SubjectAccessReviewBuilder().build())
                .once();
        refused(Reason.UNKNOWN);
    }
}
