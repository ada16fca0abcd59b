package dev.weft.control.federation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.tls.ReplaceableCertificate;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.BundleEndpoint.Profile;
import dev.weft.testing.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Following bundles as they come and go, over real TLS on loopback. */
final class FederationClientTest {

    private final Domain east = new Domain("east.example");
    private final Profile byControl = Follower.spiffe(east.id("control"));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path state;

    private ReplaceableCertificate control() {
        return east.svid(east.anchor, "control");
    }

    @Test
    @DisplayName("FE-01 https_spiffe and https_web bring the bundle into force")
    void fe01SpeaksBothProfiles() throws Exception {
        TrustAnchor next = Domain.anchor();
        TrustAnchor ca = Domain.anchor();
        String document = Domain.document(1, east.anchor, next);
        try (Follower follower = new Follower(state);
                TestEndpoint spiffe = TestEndpoint.serving(control(), document);
                TestEndpoint web = TestEndpoint.serving(
                        WebCertificates.make(ca, "localhost").shown(), document)) {
            Domain north = new Domain("north.example");
            follower.declare(east.name, spiffe.url(), byControl, east.anchor);
            follower.declare(north.name, web.url(), Follower.web(ca));

            follower.untilFetched(east.name, 1);
            follower.untilFetched(north.name, 1);

            assertThat(follower.believes(east, next)).isTrue();
            assertThat(follower.believes(north, next)).isTrue();
            assertThat(follower.status(east.name).failures()).isZero();
        }
    }

    @Test
    @DisplayName("FE-03 N: what one trust domain's endpoint serves says nothing of another")
    void fe03KeepsTrustDomainsApart() throws Exception {
        Domain north = new Domain("north.example");
        try (Follower follower = new Follower(state);
                TestEndpoint endpoint =
                        TestEndpoint.serving(control(), Domain.document(1, east.anchor, north.anchor))) {
            follower.declare(east.name, endpoint.url(), byControl, east.anchor);
            follower.untilFetched(east.name, 1);

            assertThat(follower.believes(east, north.anchor)).isTrue();
            assertThat(follower.believes(north, north.anchor)).isFalse();
            assertThat(follower.trust.bundles().byTrustDomain()).doesNotContainKey(north.name);
        }
    }

    @Test
    @DisplayName("TB-03, FE-11 an empty bundle trusts nothing, the anchors of the registry included")
    void tb03EmptyBundleTrustsNothing() throws Exception {
        TrustAnchor ca = Domain.anchor();
        try (Follower follower = new Follower(state);
                TestEndpoint endpoint = TestEndpoint.serving(
                        WebCertificates.make(ca, "localhost").shown(), "{\"keys\":[]}")) {
            follower.declare(east.name, endpoint.url(), Follower.web(ca), east.anchor);
            Waiting.until(() -> follower.status(east.name).bundle().isPresent());

            assertThat(follower.believes(east, east.anchor)).isFalse();
        }
    }

    @Test
    @DisplayName("TB-07 a root key that two trust domains share is remarked upon")
    void tb07RemarksOnSharedRootKeys() throws Exception {
        try (Follower follower = new Follower(state);
                TestEndpoint endpoint = TestEndpoint.serving(control(), Domain.document(1, east.anchor))) {
            follower.trust.changeOwn(own -> own.withAnchors(List.of(east.anchor.certificate())));
            follower.declare(east.name, endpoint.url(), byControl, east.anchor);
            follower.untilFetched(east.name, 1);

            assertThat(follower.status(east.name).notes())
                    .singleElement()
                    .asString()
                    .startsWith("shares a root key with west.example");
        }
    }

    @Test
    @DisplayName("a newer bundle that is spoken of is fetched at once, and not more than once in a second")
    void newerBundlesAreFetchedAtOnce() throws Exception {
        PollSchedule rare = new PollSchedule(Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofMinutes(10));
        try (Follower follower = new Follower(state, rare, HttpsFetcher.TIMEOUT);
                TestEndpoint endpoint = TestEndpoint.serving(control(), Domain.document(1, east.anchor))) {
            follower.declare(east.name, endpoint.url(), byControl, east.anchor);
            follower.untilFetched(east.name, 1);

            endpoint.serve(Domain.document(2, east.anchor, Domain.anchor()));
            follower.client.newerBundle(east.name, 2);
            follower.untilFetched(east.name, 2);

            int before = endpoint.requests();
            follower.client.newerBundle(east.name, 2);
            follower.client.newerBundle(east.name, 1);
            follower.client.newerBundle(new Domain("north.example").name, 9);
            for (int i = 0; i < 100; i++) {
                follower.client.newerBundle(east.name, 1000 + i);
            }
            Waiting.until(() -> endpoint.requests() > before);
            assertThat(endpoint.requests()).isBetween(before + 1, before + 3);
            assertThat(rare.afterAnnouncement(Instant.EPOCH, Instant.EPOCH)).isEqualTo(PollSchedule.LEAST_GAP);
            assertThat(rare.afterAnnouncement(Instant.EPOCH, Instant.EPOCH.plusMillis(400)))
                    .isEqualTo(Duration.ofMillis(600));
            assertThat(rare.afterAnnouncement(Instant.EPOCH, Instant.EPOCH.plusSeconds(2)))
                    .isEqualTo(Duration.ZERO);
        }
    }

    @Test
    @DisplayName("FE-09 the endpoint is verified by the latest bundle: a rotation of its anchors is followed")
    void fe09FollowsARotation() throws Exception {
        TrustAnchor next = Domain.anchor();
        ReplaceableCertificate shown = control();
        try (Follower follower = new Follower(state);
                TestEndpoint endpoint = TestEndpoint.serving(shown, Domain.document(1, east.anchor, next))) {
            follower.declare(east.name, endpoint.url(), byControl, east.anchor);
            follower.untilFetched(east.name, 1);

            east.show(shown, next, "control");
            endpoint.serve(Domain.document(2, next));
            follower.untilFetched(east.name, 2);

            assertThat(follower.believes(east, next)).isTrue();
            assertThat(follower.believes(east, east.anchor)).isFalse();
        }
    }

    @Test
    @DisplayName("FE-09 N: once there is a bundle, the anchors of the registry prove the endpoint no more")
    void fe09ForgetsTheBootstrap() throws Exception {
        TrustAnchor next = Domain.anchor();
        try (Follower follower = new Follower(state);
                TestEndpoint endpoint = TestEndpoint.serving(control(), Domain.document(1, next))) {
            follower.declare(east.name, endpoint.url(), byControl, east.anchor);

            assertThat(follower.failure(east.name)).startsWith("WEFT-C052 ").contains("NO_ANCHOR");
            assertThat(follower.status(east.name).bundle().orElseThrow().sequence())
                    .hasValue(1);
        }
    }

    @Test
    @DisplayName("FE-11 a failure leaves the former bundle in force and is tried again at the next poll")
    void fe11KeepsTheLastGoodBundle() throws Exception {
        try (Follower follower = new Follower(state);
                TestEndpoint endpoint = TestEndpoint.serving(control(), Domain.document(1, east.anchor))) {
            follower.declare(east.name, endpoint.url(), byControl, east.anchor);
            follower.untilFetched(east.name, 1);

            endpoint.fail(503);
            assertThat(follower.failure(east.name)).startsWith("WEFT-C053 ").contains("status 503");
            assertThat(follower.believes(east, east.anchor)).isTrue();
            assertThat(follower.metrics.text())
                    .contains("weft_control_federation_failures_total{trust_domain=\"east.example\"} ")
                    .contains("weft_control_federation_bundle_age_seconds{trust_domain=\"east.example\"} ");

            endpoint.serve(Domain.document(2, east.anchor));
            follower.untilFetched(east.name, 2);
            assertThat(follower.status(east.name).failure()).isEmpty();
        }
    }

    @Test
    @DisplayName("TB-01 N: a sequence never goes back")
    void tb01RefusesALowerSequence() throws Exception {
        TrustAnchor former = Domain.anchor();
        try (Follower follower = new Follower(state);
                TestEndpoint endpoint = TestEndpoint.serving(control(), Domain.document(7, east.anchor))) {
            follower.declare(east.name, endpoint.url(), byControl, east.anchor);
            follower.untilFetched(east.name, 7);

            endpoint.serve(Domain.document(6, east.anchor, former));
            assertThat(follower.failure(east.name)).startsWith("WEFT-C055 ").contains("sequence 6 after 7");
            assertThat(follower.believes(east, former)).isFalse();
        }
        // Nor through a restart.
        try (Follower follower = new Follower(state);
                TestEndpoint endpoint = TestEndpoint.serving(control(), Domain.document(6, east.anchor, former))) {
            follower.declare(east.name, endpoint.url(), byControl, east.anchor);
            assertThat(follower.failure(east.name)).startsWith("WEFT-C055 ");
            assertThat(follower.believes(east, former)).isFalse();
        }
    }

    @Test
    void aDisabledTrustDomainIsNotAskedAndStaysDisabled() throws Exception {
        try (Follower follower = new Follower(state);
                TestEndpoint endpoint = TestEndpoint.serving(control(), Domain.document(1, east.anchor))) {
            follower.declare(east.name, endpoint.url(), byControl, TrustBundle.State.DISABLED, east.anchor);

            assertThat(follower.status(east.name).next()).isEmpty();
            assertThat(follower.status(east.name).notes())
                    .containsExactly("not asked while the trust domain is disabled");
            assertThat(follower.believes(east, east.anchor)).isFalse();
            assertThat(endpoint.requests()).isZero();

            follower.declare(east.name, endpoint.url(), byControl, east.anchor);
            follower.untilFetched(east.name, 1);
            assertThat(follower.believes(east, east.anchor)).isTrue();

            follower.declare(east.name, endpoint.url(), byControl, TrustBundle.State.DISABLED, east.anchor);
            assertThat(follower.believes(east, east.anchor)).isFalse();
            assertThat(follower.status(east.name).next()).isEmpty();
        }
    }

    @Test
    void anotherUrlIsAskedAtOnce() throws Exception {
        try (Follower follower = new Follower(
                        state,
                        new PollSchedule(Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1)),
                        HttpsFetcher.TIMEOUT);
                TestEndpoint one = TestEndpoint.serving(control(), Domain.document(1, east.anchor));
                TestEndpoint two = TestEndpoint.serving(control(), Domain.document(2, east.anchor))) {
            follower.declare(east.name, one.url(), byControl, east.anchor);
            follower.untilFetched(east.name, 1);
            follower.declare(east.name, two.url(), byControl, east.anchor);
            follower.untilFetched(east.name, 2);
            assertThat(one.requests()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("FE-09 other anchors in the registry begin anew: what was fetched since the former ones is forgotten")
    void fe09BeginsAnewWithOtherAnchors() throws Exception {
        TrustAnchor anew = Domain.anchor();
        ReplaceableCertificate shown = control();
        try (Follower follower = new Follower(state);
                TestEndpoint endpoint = TestEndpoint.serving(shown, Domain.document(7, east.anchor))) {
            follower.declare(east.name, endpoint.url(), byControl, east.anchor);
            follower.untilFetched(east.name, 7);

            east.show(shown, anew, "control");
            endpoint.serve(Domain.document(1, anew));
            assertThat(follower.failure(east.name)).startsWith("WEFT-C052 ");

            follower.declare(east.name, endpoint.url(), byControl, anew);
            follower.untilFetched(east.name, 1);
            assertThat(follower.believes(east, anew)).isTrue();
            assertThat(follower.believes(east, east.anchor)).isFalse();
        }
        // A change that was made while nobody looked counts too.
        try (Follower follower = new Follower(state);
                TestEndpoint endpoint = TestEndpoint.serving(control(), Domain.document(1, east.anchor))) {
            follower.declare(east.name, endpoint.url(), byControl, east.anchor);
            assertThat(follower.believes(east, anew)).isFalse();
            follower.untilFetched(east.name, 1);
            assertThat(follower.believes(east, east.anchor)).isTrue();
        }
    }

    @Test
    @DisplayName("TB-03 N: a document that is none leaves the former bundle in force")
    void tb03KeepsTheBundleWhenTheDocumentIsNone() throws Exception {
        try (Follower follower = new Follower(state);
                TestEndpoint endpoint = TestEndpoint.serving(control(), Domain.document(1, east.anchor))) {
            follower.declare(east.name, endpoint.url(), byControl, east.anchor);
            follower.untilFetched(east.name, 1);

            endpoint.serve("<html>sign in</html>");
            assertThat(follower.failure(east.name)).startsWith("WEFT-C054 ").contains("serves no trust bundle");
            assertThat(follower.believes(east, east.anchor)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "9223372036854775807"})
    @DisplayName("TB-02 N: a hint of nothing, of too little or of ages is no reason to stop or to hurry")
    void tb02StandsAnyHint(String hint) throws Exception {
        PollSchedule pace = new PollSchedule(Duration.ofMillis(20), Duration.ofMillis(40), Duration.ofMillis(20));
        String hinting = Domain.document(1, east.anchor).replaceFirst("\\{", "{\"spiffe_refresh_hint\":" + hint + ",");
        try (Follower follower = new Follower(state, pace, HttpsFetcher.TIMEOUT);
                TestEndpoint endpoint = TestEndpoint.serving(control(), hinting)) {
            follower.declare(east.name, endpoint.url(), byControl, east.anchor);
            follower.untilFetched(east.name, 1);

            endpoint.serve(Domain.document(2, east.anchor));
            follower.untilFetched(east.name, 2);
        }
    }

    @Test
    void aSlowEndpointKeepsNobodyElseWaiting() throws Exception {
        Domain north = new Domain("north.example");
        CountDownLatch end = new CountDownLatch(1);
        try (Follower follower = new Follower(state);
                TestEndpoint slow = TestEndpoint.serving(control(), "");
                TestEndpoint endpoint =
                        TestEndpoint.serving(north.svid(north.anchor, "control"), Domain.document(1, north.anchor))) {
            slow.handle(exchange -> {
                try (exchange) {
                    end.await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            });
            follower.declare(east.name, slow.url(), byControl, east.anchor);
            Waiting.until(() -> slow.requests() == 1);
            follower.declare(north.name, endpoint.url(), Follower.spiffe(north.id("control")), north.anchor);
            follower.untilFetched(north.name, 1);
            assertThat(follower.believes(east, east.anchor)).as("meanwhile").isTrue();
            end.countDown();
        }
    }
}
