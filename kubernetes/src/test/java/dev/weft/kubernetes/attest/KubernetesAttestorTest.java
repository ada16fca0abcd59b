package dev.weft.kubernetes.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.attest.Attestation;
import dev.weft.control.attest.Attestation.Reason;
import dev.weft.control.attest.WorkloadClaims;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API server says of a token, and what is made of it. */
@Timeout(60)
@EnableKubernetesMockClient
final class KubernetesAttestorTest {

    private static final String TOKEN = "header.claims.signature";
    private static final String REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";
    private static final String POD = "/api/v1/namespaces/shop/pods/web-1";
    private static final String ACCOUNT = "system:serviceaccount:shop:web";
    private static final Map<String, List<String>> BOUND = Map.of(
            "authentication.kubernetes.io/pod-name", List.of("web-1"),
            "authentication.kubernetes.io/pod-uid", List.of("uid-1"),
            "authentication.kubernetes.io/node-name", List.of("node-1"));

    @SuppressWarnings("NullAway.Init")
    private KubernetesMockServer server;

    @SuppressWarnings("NullAway.Init")
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init")
    private KubernetesAttestor attestor;

    @BeforeEach
    void start() {
        attestor = new KubernetesAttestor(client, Clock.systemUTC(), Duration.ofSeconds(30));
    }

    private static TokenReview review(String username, Map<String, List<String>> extra, String... audiences) {
        return new TokenReviewBuilder()
                .withNewStatus()
                .withAuthenticated(true)
                .withAudiences(audiences)
                .withNewUser()
                .withUsername(username)
                .withExtra(extra)
                .endUser()
                .endStatus()
                .build();
    }

    private static TokenReview refusal(String error) {
        return new TokenReviewBuilder()
                .withNewStatus()
                .withAuthenticated(false)
                .withError(error)
                .endStatus()
                .build();
    }

    private static Pod pod(String uid) {
        return pod(uid, "node-1");
    }

    private static Pod pod(String uid, String node) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("web-1")
                .withUid(uid)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .endSpec()
                .build();
    }

    private void reviewed(TokenReview review) {
        server.expect().post().withPath(REVIEWS).andReturn(201, review).once();
    }

    private void found(Pod pod) {
        server.expect().get().withPath(POD).andReturn(200, pod).once();
    }

    private Attestation.Refused refused() throws InterruptedException {
        Attestation.Refused refused = (Attestation.Refused) attestor.attest(TOKEN);
        assertThat(refused.text()).doesNotContain(TOKEN);
        return refused;
    }

    @Test
    void knowsThePodAndItsServiceAccountByTheReviewAlone() throws Exception {
        reviewed(review(ACCOUNT, BOUND, "weft"));
        found(pod("uid-1"));
        assertThat(attestor.attest(TOKEN))
                .isEqualTo(new Attestation.Verified(
                        new WorkloadClaims("shop", "web", "web-1", "uid-1", Optional.of("node-1"))));
        String question = server.takeRequest().getBody().readUtf8();
        assertThat(question).contains("\"audiences\":[\"weft\"]", TOKEN);
    }

    @Test
    void needsNoNode() throws Exception {
        reviewed(review(
                ACCOUNT,
                Map.of(
                        "authentication.kubernetes.io/pod-name", List.of("web-1"),
                        "authentication.kubernetes.io/pod-uid", List.of("uid-1")),
                "weft",
                "other"));
        found(pod("uid-1"));
        assertThat(attestor.attest(TOKEN))
                .isEqualTo(new Attestation.Verified(
                        new WorkloadClaims("shop", "web", "web-1", "uid-1", Optional.empty())));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[invalid bearer token, token audiences [\"https://api\"] is invalid for the target audiences [\"weft\"]] | OTHER_AUDIENCE",
                "[invalid bearer token, service account token has expired] | EXPIRED",
                "[invalid bearer token, service account UID (a) does not match claim (b)] | OTHER_SERVICE_ACCOUNT",
                "[invalid bearer token, serviceaccounts \"web\" not found] | OTHER_SERVICE_ACCOUNT",
                "[invalid bearer token, pod UID (a) does not match service account pod ref claim (b)] | OTHER_POD",
                "[invalid bearer token, service account token has been invalidated] | POD_GONE",
                "[invalid bearer token, square/go-jose: error in cryptographic primitive] | NOT_AUTHENTICATED",
                "'' | NOT_AUTHENTICATED"
            })
    void tellsApartWhyATokenIsNotAuthenticated(String error, Reason reason) throws Exception {
        reviewed(refusal(error));
        assertThat(refused().reason()).isEqualTo(reason);
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void believesNoReviewThatNamesAnErrorAndNoneWithoutAStatus() throws Exception {
        TokenReview both = review(ACCOUNT, BOUND, "weft");
        both.getStatus().setError("something is wrong");
        reviewed(both);
        assertThat(refused().reason()).isEqualTo(Reason.NOT_AUTHENTICATED);
        reviewed(new TokenReviewBuilder().build());
        assertThat(refused().reason()).isEqualTo(Reason.LATER);
    }

    /** An API server that does not know audiences returns none, and would let any token pass. */
    @ParameterizedTest
    @ValueSource(strings = {"", "https://kubernetes.default.svc", "weft2"})
    void refusesWhereTheAudienceIsNotConfirmed(String audience) throws Exception {
        reviewed(audience.isEmpty() ? review(ACCOUNT, BOUND) : review(ACCOUNT, BOUND, audience));
        assertThat(refused().reason()).isEqualTo(Reason.OTHER_AUDIENCE);
        assertThat(server.getRequestCount())
                .as("never asked again without the audience")
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "admin",
                "system:node:node-1",
                "system:serviceaccount:shop",
                "system:serviceaccount:shop:web:more",
                "system:serviceaccount::web",
                "system:serviceaccount:shop:../web",
                "x:system:serviceaccount:shop:web"
            })
    void refusesWhoIsNoServiceAccount(String username) throws Exception {
        reviewed(review(username, BOUND, "weft"));
        assertThat(refused().reason()).isEqualTo(Reason.NO_SERVICE_ACCOUNT);
    }

    @Test
    void refusesATokenThatIsNotBoundToOnePod() throws Exception {
        for (String missing : List.of("pod-name", "pod-uid")) {
            for (List<String> values : List.of(List.<String>of(), List.of("web-1", "web-2"))) {
                Map<String, List<String>> extra = new HashMap<>(BOUND);
                extra.put("authentication.kubernetes.io/" + missing, values);
                reviewed(review(ACCOUNT, extra, "weft"));
                assertThat(refused().reason()).isEqualTo(Reason.NOT_BOUND);
            }
        }
        reviewed(review(ACCOUNT, Map.of(), "weft"));
        assertThat(refused().reason()).isEqualTo(Reason.NOT_BOUND);
    }

    @Test
    void refusesATokenWhosePodIsGoneAlthoughItIsStillAuthenticated() throws Exception {
        reviewed(review(ACCOUNT, BOUND, "weft"));
        assertThat(refused().reason()).isEqualTo(Reason.POD_GONE);
    }

    @Test
    void refusesATokenWhosePodMadeRoomForAnotherOfItsName() throws Exception {
        reviewed(review(ACCOUNT, BOUND, "weft"));
        found(pod("uid-2"));
        assertThat(refused().reason()).isEqualTo(Reason.OTHER_POD);
    }

    @Test
    void refusesATokenThatWasMadeForAnotherNode() throws Exception {
        reviewed(review(ACCOUNT, BOUND, "weft"));
        found(pod("uid-1", "node-2"));
        assertThat(refused().text()).contains("made for node node-1", "runs on node node-2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "token", "a.b", "a.b.c.d", "a.b.c d", "a.b.c\n"})
    void asksNobodyAboutWhatIsNoToken(String token) throws Exception {
        assertThat(attestor.attest(token))
                .isInstanceOfSatisfying(
                        Attestation.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.NOT_AUTHENTICATED));
        assertThat(server.getRequestCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 403, 401, 404, 429})
    void anApiServerThatCannotSayIsAskedAgainLaterAndNotAtOnce(int status) throws Exception {
        server.expect().post().withPath(REVIEWS).andReturn(status, "{}").always();
        Attestation.Refused refused = refused();
        assertThat(refused.reason()).isEqualTo(Reason.LATER);
        assertThat(refused.retryAfter()).contains(TokenReviews.RETRY);
        assertThat(refused.text()).contains("HTTP " + status);
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void anApiServerThatCannotSayWhichPodThereIsIsAskedAgainLater() throws Exception {
        reviewed(review(ACCOUNT, BOUND, "weft"));
        server.expect().get().withPath(POD).andReturn(503, "{}").always();
        assertThat(refused().reason()).isEqualTo(Reason.LATER);
    }

    @Test
    void anApiServerThatHangsIsNotAwaitedForLong() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                KubernetesClient hanging = clientOf(silent)) {
            KubernetesAttestor impatient = new KubernetesAttestor(hanging, Clock.systemUTC(), Duration.ofMillis(200));
            assertThat(impatient.attest(TOKEN)).isEqualTo(TokenReviews.later("the API server does not answer"));
        }
    }

    @Test
    void whoIsInterruptedWaitsForNoApiServer() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                KubernetesClient hanging = clientOf(silent)) {
            KubernetesAttestor patient = new KubernetesAttestor(hanging, Clock.systemUTC(), Duration.ofSeconds(50));
            CompletableFuture<Attestation> answer = new CompletableFuture<>();
            Thread asking = Thread.ofVirtual().start(() -> {
                try {
                    answer.complete(patient.attest(TOKEN));
                } catch (InterruptedException e) {
                    answer.completeExceptionally(e);
                }
            });
            Waiting.until(
                    () -> asking.getState() == Thread.State.WAITING || asking.getState() == Thread.State.TIMED_WAITING);
            asking.interrupt();
            assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(InterruptedException.class);
        }
    }

    private static KubernetesClient clientOf(ServerSocket server) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withMasterUrl("http://127.0.0.1:" + server.getLocalPort())
                        .build())
                .build();
    }
}
